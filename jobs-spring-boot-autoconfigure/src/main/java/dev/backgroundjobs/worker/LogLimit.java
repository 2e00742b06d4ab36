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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Lets ten lines a minute through for each job, and has the rest counted in one. Belongs
 * to one thread.
 */
final class LogLimit {

	static final int LINES = 10;

	static final Duration TIME = Duration.ofMinutes(1);

	private final Map<String, Minute> minutes = new HashMap<>();

	private final BiConsumer<Runnable, Duration> later;

	private final Rest rest;

	/**
	 * Create a limit.
	 * @param later runs something after a time, on the thread this belongs to
	 * @param rest tells how many lines were left out
	 */
	LogLimit(BiConsumer<Runnable, Duration> later, Rest rest) {
		this.later = later;
		this.rest = rest;
	}

	/**
	 * Whether one more line may be written.
	 * @param name the job
	 * @param dead whether the line is about a dead job
	 */
	boolean permits(String name, boolean dead) {
		Minute minute = this.minutes.get(name);
		if (minute == null) {
			minute = new Minute();
			this.minutes.put(name, minute);
			this.later.accept(() -> end(name), TIME);
		}
		if (minute.lines < LINES) {
			minute.lines++;
			return true;
		}
		minute.leftOut++;
		minute.dead += dead ? 1 : 0;
		return false;
	}

	private void end(String name) {
		Minute minute = this.minutes.remove(name);
		if (minute != null && minute.leftOut > 0) {
			this.rest.tell(name, minute.leftOut, minute.dead);
		}
	}

	/**
	 * Tell of all that was left out so far.
	 */
	void end() {
		List.copyOf(this.minutes.keySet()).forEach(this::end);
	}

	/**
	 * Tells how many lines of a job were left out.
	 */
	interface Rest {

		void tell(String name, long leftOut, long dead);

	}

	private static final class Minute {

		private int lines;

		private long leftOut;

		private long dead;

	}

}
