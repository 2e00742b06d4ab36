/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.backgroundjobs.actuate;

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.core.PreflightFinding;
import dev.backgroundjobs.core.QueueFigures;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The namespace in short.
 *
 * @param queues how many queues there are
 * @param paused those that are paused
 * @param workers how many workers live
 * @param totals jobs by state, of all queues
 * @param preflight what about Redis endangers jobs, as it was when the application
 * started
 */
record OverviewDescriptor(int queues, List<String> paused, int workers, Totals totals,
		List<PreflightFinding> preflight) implements OperationResponseBody {

	static OverviewDescriptor of(List<QueueFigures> queues, int workers, List<PreflightFinding> preflight) {
		List<String> paused = new ArrayList<>();
		Totals totals = new Totals(0, 0, 0, 0, 0, 0);
		for (QueueFigures queue : queues) {
			totals = totals.plus(queue);
			if (queue.paused()) {
				paused.add(queue.queue());
			}
		}
		return new OverviewDescriptor(queues.size(), paused, workers, totals, preflight);
	}

	/**
	 * Jobs by state.
	 */
	record Totals(long queued, long scheduled, long retrying, long waiting, long running, long dead) {

		Totals plus(QueueFigures queue) {
			return new Totals(this.queued + queue.queued(), this.scheduled + queue.scheduled(),
					this.retrying + queue.retrying(), this.waiting + queue.waiting(), this.running + queue.running(),
					this.dead + queue.dead());
		}

	}

}
