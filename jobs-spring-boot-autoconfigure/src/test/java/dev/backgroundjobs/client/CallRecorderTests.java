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

import java.io.IOException;
import java.util.List;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.JobDefinition;
import org.junit.jupiter.api.Test;

import org.springframework.core.retry.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Which call a lambda makes.
 */
class CallRecorderTests {

	private final CallRecorder recorder = new CallRecorder();

	private final RecordedCall call = new RecordedCall(new JobDefinition("a", List.of(), "q", JobPriority.NORMAL,
			List.of(), null, true, null, null, RetryPolicy.withMaxRetries(1), null), new Object[0]);

	@Test
	void theOneCallIsGiven() throws Exception {
		assertThat(this.recorder.recordCallOf(() -> assertThat(this.recorder.record(this.call)).isTrue()))
			.isSameAs(this.call);
	}

	@Test
	void callsOutsideOfALambdaAreNotRecorded() throws Exception {
		this.recorder.recordCallOf(() -> this.recorder.record(this.call));
		assertThat(this.recorder.record(this.call)).isFalse();
	}

	@Test
	void lambdaWithoutACallIsToldThatItsBodyHasRun() {
		assertThatIllegalStateException().isThrownBy(() -> this.recorder.recordCallOf(() -> {
		})).withMessageContaining("its body has run").withMessageContaining("'this'").withMessageContaining("bean");
	}

	@Test
	void lambdaWithTwoCallsIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> this.recorder.recordCallOf(() -> {
			this.recorder.record(this.call);
			this.recorder.record(this.call);
		})).withMessageContaining("called 2 job methods; nothing was enqueued");
	}

	@Test
	void nestedLambdasKeepTheirCallsApart() throws Exception {
		RecordedCall other = new RecordedCall(this.call.job(), new Object[] { 1 });
		assertThat(this.recorder.recordCallOf(() -> {
			assertThat(this.recorder.recordCallOf(() -> this.recorder.record(other))).isSameAs(other);
			this.recorder.record(this.call);
		})).isSameAs(this.call);
	}

	@Test
	void recordingEndsWhenTheLambdaFails() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.recorder.recordCallOf(() -> {
			throw new IOException();
		}));
		assertThat(this.recorder.record(this.call)).isFalse();
	}

}
