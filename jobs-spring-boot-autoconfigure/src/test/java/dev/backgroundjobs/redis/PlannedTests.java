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
import java.util.ArrayDeque;
import java.util.Deque;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is planned is done, once, whatever fails on the way.
 */
class PlannedTests {

	private final Deque<Runnable> timer = new ArrayDeque<>();

	private final Planned planned = new Planned("test", this::later, this::work);

	private boolean noTimer;

	private int errors;

	private int done;

	private void later(Duration delay, Runnable task) {
		if (this.noTimer) {
			throw new OutOfMemoryError("test");
		}
		this.timer.add(task);
	}

	private void work() {
		if (this.errors-- > 0) {
			throw new StackOverflowError("test");
		}
		this.done++;
	}

	@Test
	void isPlannedOnceUntilItIsDone() {
		this.planned.in(Duration.ZERO);
		this.planned.in(Duration.ZERO);
		assertThat(this.timer).hasSize(1);
		this.timer.remove().run();
		assertThat(this.done).isOne();
		this.planned.in(Duration.ZERO);
		assertThat(this.timer).hasSize(1);
	}

	@Test
	void isPlannedAgainWhenItFails() {
		this.errors = 2;
		this.planned.in(Duration.ZERO);
		for (int run = 0; run < 3; run++) {
			assertThat(this.timer).hasSize(1);
			this.timer.remove().run();
		}
		assertThat(this.done).isOne();
		assertThat(this.timer).isEmpty();
	}

	@Test
	void canBePlannedAfterThatHasFailed() {
		this.noTimer = true;
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> this.planned.in(Duration.ZERO));
		this.noTimer = false;
		this.planned.in(Duration.ZERO);
		assertThat(this.timer).hasSize(1);
	}

}
