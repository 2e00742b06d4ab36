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

package dev.backgroundjobs.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * Jobs that travel together, or an empty batch that fences a number with those that wait
 * behind it.
 */
final class EnqueueBatch {

	final List<EnqueueEntry> entries;

	final List<EnqueueEntry> behind;

	boolean mayHaveBeenExecuted;

	EnqueueBatch(List<EnqueueEntry> entries, List<EnqueueEntry> behind) {
		this.entries = new ArrayList<>(entries);
		this.behind = new ArrayList<>(behind);
	}

	List<EnqueueEntry> all() {
		return this.entries.isEmpty() ? this.behind : this.entries;
	}

	/**
	 * Wait before the next try: while the batch cannot have been executed, callers may
	 * take back their jobs.
	 * @return whether anybody still waits for it
	 */
	boolean rest(boolean mayHaveBeenExecuted) {
		boolean wanted = false;
		for (EnqueueEntry entry : all()) {
			wanted |= entry.rest(!mayHaveBeenExecuted || this.entries.isEmpty());
		}
		return wanted;
	}

	/**
	 * Before the next try, drop what was taken back.
	 * @return whether anything is left
	 */
	boolean resume() {
		all().removeIf((entry) -> !entry.resume());
		return !all().isEmpty();
	}

}
