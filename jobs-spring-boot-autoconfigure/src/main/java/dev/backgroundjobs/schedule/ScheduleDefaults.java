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

import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;

/**
 * What holds for schedules that say nothing else.
 *
 * @param misfireThreshold a slot is missed when it is later than this
 * @param maxMisfires the most missed slots that are fired with {@code FIRE_ALL}
 */
public record ScheduleDefaults(Duration misfireThreshold, int maxMisfires) {

	/**
	 * The misfires of a schedule.
	 * @param policy the policy, perhaps not set
	 * @param max the most missed slots that are fired, or a negative number
	 * @return the misfires
	 */
	public Slots.Misfires misfires(MisfirePolicy policy, int max) {
		return new Slots.Misfires((policy != MisfirePolicy.DEFAULT) ? policy : MisfirePolicy.FIRE_ONCE,
				(max > 0) ? max : this.maxMisfires, this.misfireThreshold);
	}

	/**
	 * The policy of a schedule for overlaps.
	 * @param policy the policy, perhaps not set
	 * @return the policy
	 */
	public static OverlapPolicy overlap(OverlapPolicy policy) {
		return (policy != OverlapPolicy.DEFAULT) ? policy : OverlapPolicy.SKIP;
	}

}
