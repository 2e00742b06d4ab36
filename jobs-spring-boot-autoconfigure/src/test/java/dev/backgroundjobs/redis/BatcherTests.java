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
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Batches go on, whatever becomes of one of them.
 */
class BatcherTests {

	private final List<Integer> sent = new ArrayList<>();

	private Consumer<Integer> sender = (entry) -> {
	};

	private final Batcher<Integer> batcher = new Batcher<>(1, 100, (entry) -> 1, (batch) -> {
		this.sent.addAll(batch);
		this.sender.accept(batch.get(0));
	});

	@Test
	void manyBatchesThatFailAtOnceFailOneAfterTheOther() {
		for (int k = 0; k < 100_000; k++) {
			this.batcher.add(k);
		}
		assertThat(this.sent).containsExactly(0);
		this.sender = (entry) -> this.batcher.next();
		this.batcher.next();
		assertThat(this.sent).hasSize(100_000).isSorted();
	}

	@Test
	void senderThatThrowsDoesNotStopTheNext() {
		this.sender = (entry) -> {
			throw new OutOfMemoryError("none left for a moment");
		};
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> this.batcher.add(1));
		this.sender = (entry) -> {
		};
		this.batcher.add(2);
		this.batcher.add(3);
		assertThat(this.sent).containsExactly(1, 2);
		this.batcher.next();
		assertThat(this.sent).containsExactly(1, 2, 3);
	}

}
