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

package dev.backgroundjobs;

import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The context outside a job. Its id is never the same twice: what would be called with it
 * is no repetition of anything.
 *
 * @param id an id that no job has
 */
record NoJobContext(String id) implements JobContext {

	NoJobContext() {
		this("none-" + UUID.randomUUID());
	}

	@Override
	public int attempt() {
		return 1;
	}

	@Override
	public boolean cancelled() {
		return false;
	}

	@Override
	public void progress(long current, long total, @Nullable String message) {
		// nobody looks at it
	}

	@Override
	public void log(String text) {
		// nobody looks at it
	}

	@Override
	public void snooze(Duration delay) {
		// nobody runs it again
	}

	@Override
	public boolean leaseLost() {
		return false;
	}

}
