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

package dev.backgroundjobs.core;

import org.springframework.util.Assert;

/**
 * A job's id, which also says where the job is kept: {@code <queue>~<partition>~<local>}.
 *
 * @param partition the partition of a queue
 * @param local the part that is unique within the partition
 */
public record JobId(QueuePartition partition, String local) {

	private static final String FORM = "a job id reads '<queue>~<partition>~<local>', for example 'mail~0~order-42'";

	public JobId {
		checkLocal(local);
	}

	/**
	 * Check an id of a caller's choice.
	 * @param local the id
	 * @return the id
	 * @throws IllegalArgumentException if it cannot be one
	 */
	public static String checkLocal(String local) {
		Assert.isTrue(IdText.isValid(local, "._-"),
				() -> "Job id '" + local + "' must be 1 to 64 letters, digits, '.', '_' or '-'");
		return local;
	}

	/**
	 * Read an id as users see it.
	 * @param text the whole id
	 * @return the id
	 * @throws IllegalArgumentException if it is not of that form
	 */
	public static JobId parse(String text) {
		String[] parts = text.split("~", -1);
		Assert.isTrue(parts.length == 3 && parts[1].matches("\\d{1,4}"), () -> "'" + text + "' is no job id: " + FORM);
		return new JobId(new QueuePartition(parts[0], Integer.parseInt(parts[1])), parts[2]);
	}

	public String queue() {
		return this.partition.queue();
	}

	@Override
	public String toString() {
		return this.partition.queue() + "~" + this.partition.number() + "~" + this.local;
	}

}
