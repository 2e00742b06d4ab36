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

package dev.backgroundjobs.client;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Due;
import org.jspecify.annotations.Nullable;

/**
 * The options of one call.
 *
 * @param due when it is due
 * @param id the caller's id
 * @param queue the queue, or {@code null} for its method's
 * @param priority the priority, or {@code DEFAULT} for its method's
 * @param uniqueKey the key of which one job lives, or {@code null} for its method's
 */
record CallOptions(Due due, @Nullable String id, @Nullable String queue, JobPriority priority,
		@Nullable String uniqueKey) {

	static final CallOptions NONE = new CallOptions(new Due.Now(), null, null, JobPriority.DEFAULT, null);

	CallOptions withDue(Due time) {
		return new CallOptions(time, this.id, this.queue, this.priority, this.uniqueKey);
	}

	/**
	 * The same, with the id another call has, if it has one.
	 */
	CallOptions withIdOf(CallOptions other) {
		return (other.id != null) ? withId(other.id) : this;
	}

	CallOptions withId(String local) {
		return new CallOptions(this.due, local, this.queue, this.priority, this.uniqueKey);
	}

	CallOptions withQueue(String name) {
		return new CallOptions(this.due, this.id, name, this.priority, this.uniqueKey);
	}

	CallOptions withPriority(JobPriority level) {
		return new CallOptions(this.due, this.id, this.queue, level, this.uniqueKey);
	}

	CallOptions withUniqueKey(String key) {
		return new CallOptions(this.due, this.id, this.queue, this.priority, key);
	}

}
