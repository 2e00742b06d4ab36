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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One pass at a time, and always another one for whoever asks.
 */
class PassesTests {

	private final Deque<CompletableFuture<Void>> begun = new ArrayDeque<>();

	private int errors;

	private final Passes passes = new Passes("test", this::begin);

	private CompletableFuture<Void> begin() {
		if (this.errors-- > 0) {
			throw new OutOfMemoryError("test");
		}
		this.begun.add(new CompletableFuture<>());
		return this.begun.getLast();
	}

	@Test
	void whoAsksDuringAPassGetsAnotherOneAfterIt() {
		for (int k = 0; k < 3; k++) {
			this.passes.run();
		}
		assertThat(this.begun).hasSize(1);
		this.begun.getLast().complete(null);
		assertThat(this.begun).hasSize(2);
		this.begun.getLast().completeExceptionally(new IllegalStateException("test"));
		assertThat(this.begun).as("nobody has asked").hasSize(2);
		this.passes.run();
		assertThat(this.begun).hasSize(3);
	}

	@Test
	void passThatCouldNotBeginKeepsNoOtherFromIt() {
		this.errors = 1;
		this.passes.run();
		assertThat(this.begun).isEmpty();
		this.passes.run();
		assertThat(this.begun).hasSize(1);
		this.passes.run();
		this.errors = 1;
		this.begun.getLast().complete(null);
		this.passes.run();
		assertThat(this.begun).hasSize(2);
	}

}
