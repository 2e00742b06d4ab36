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

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something to be done later, planned once however many want it. If it fails it is
 * planned again.
 */
final class Planned {

	private static final Logger logger = LoggerFactory.getLogger(Planned.class);

	private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

	private final String name;

	private final BiConsumer<Duration, Runnable> timer;

	private final Runnable task;

	private final AtomicBoolean planned = new AtomicBoolean();

	/**
	 * Create it.
	 * @param name what is done, for the log
	 * @param timer runs something after a delay
	 * @param task does it
	 */
	Planned(String name, BiConsumer<Duration, Runnable> timer, Runnable task) {
		this.name = name;
		this.timer = timer;
		this.task = task;
	}

	/**
	 * Plan it, unless it is.
	 */
	void in(Duration delay) {
		if (this.planned.compareAndSet(false, true)) {
			try {
				this.timer.accept(delay, this::run);
			}
			catch (RuntimeException | Error ex) {
				this.planned.set(false);
				throw ex;
			}
		}
	}

	private void run() {
		this.planned.set(false);
		try {
			this.task.run();
		}
		catch (RuntimeException | Error ex) {
			in(AGAIN_AFTER);
			logger.warn("{} failed and is tried again", this.name, ex);
		}
	}

}
