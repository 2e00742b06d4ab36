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

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something once for however many have asked for it, one pass at a time, and each
 * pass begins after it was last asked for. One that fails is over like any other: who
 * asks again begins the next.
 */
final class Passes {

	private static final Logger logger = LoggerFactory.getLogger(Passes.class);

	private final String name;

	private final Supplier<? extends CompletionStage<?>> pass;

	/** How often somebody has asked for it since the pass that runs began. */
	private final AtomicInteger wanted = new AtomicInteger();

	/**
	 * Create it.
	 * @param name what a pass does, for the log
	 * @param pass begins a pass
	 */
	Passes(String name, Supplier<? extends CompletionStage<?>> pass) {
		this.name = name;
		this.pass = pass;
	}

	/**
	 * A pass, soon.
	 */
	void run() {
		if (this.wanted.getAndIncrement() == 0) {
			begin();
		}
	}

	private void begin() {
		int seen = this.wanted.get();
		try {
			this.pass.get().whenComplete((done, failure) -> ended(seen, failure));
		}
		catch (RuntimeException | Error ex) {
			// memory may be short for a moment: nobody waits for what has not begun
			this.wanted.set(0);
			logger.warn("{}: a pass could not begin, the next one is tried when somebody asks again", this.name, ex);
		}
	}

	private void ended(int seen, @Nullable Throwable failure) {
		try {
			if (failure != null) {
				logger.debug("{}: what could not be done now is left to the next pass", this.name, failure);
			}
		}
		finally {
			if (this.wanted.addAndGet(-seen) > 0) {
				begin();
			}
		}
	}

}
