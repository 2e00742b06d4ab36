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

package com.example.shop;

import dev.backgroundjobs.event.JobDeadEvent;
import dev.backgroundjobs.event.JobFailedEvent;
import dev.backgroundjobs.event.QueuePausedEvent;

import org.springframework.context.event.EventListener;

class Watch {

	private final Pager pager;

	Watch(Pager pager) {
		this.pager = pager;
	}

	@EventListener
	void on(JobDeadEvent dead) {
		this.pager.page("%s %s is dead: %s".formatted(dead.name(), dead.id(), dead.reason()));
	}

	@EventListener(condition = "#failed.queue == 'payments' && #failed.willRetry")
	void on(JobFailedEvent failed) {
		this.pager.note("%s failed, attempt %d, again in %s".formatted(failed.name(), failed.attempt(),
				failed.nextAttemptIn()));
	}

	@EventListener
	void on(QueuePausedEvent paused) {
		this.pager.note("Queue %s was paused".formatted(paused.queue()));
	}

	interface Pager {

		void page(String text);

		void note(String text);

	}

}
