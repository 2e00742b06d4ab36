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

package dev.backgroundjobs.schedule;

import java.time.Duration;
import java.util.regex.Pattern;

import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.core.Job;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What is declared about a schedule.
 *
 * @param id its id, unique in the namespace
 * @param origin where it comes from
 * @param timing when it is due
 * @param misfires what becomes of slots that were missed
 * @param overlap what becomes of a slot whose previous run has not ended
 * @param run what each of its runs is; the id says the queue only
 * @param expiresAfter how long after its slot a run may still be started, or {@code null}
 * for ever
 */
public record ScheduleDefinition(String id, Origin origin, Timing timing, Slots.Misfires misfires,
		OverlapPolicy overlap, Job run, @Nullable Duration expiresAfter) {

	private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}._~:@/+-]{1,200}");

	/**
	 * Check an id.
	 * @param id what is to be one
	 * @return the id
	 * @throws IllegalArgumentException if it cannot be one
	 */
	public static String checkId(String id) {
		Assert.isTrue(ID.matcher(id).matches(), () -> "The id of a schedule must be 1 to 200 letters, digits and "
				+ "'.', '_', '~', ':', '@', '/', '+', '-': '" + id + "'");
		return id;
	}

	public String queue() {
		return this.run.queue();
	}

}
