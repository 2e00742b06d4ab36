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

package dev.backgroundjobs.core;

import java.io.IOException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures in the size in which they are kept.
 */
class FailureTests {

	@Test
	void describesTheExceptionAndWhereItWasThrown() {
		Failure failure = Failure.of(new IOException("disk full"));
		assertThat(failure.type()).isEqualTo("java.io.IOException");
		assertThat(failure.message()).isEqualTo("disk full");
		assertThat(failure.stackTrace()).contains("FailureTests.describesTheExceptionAndWhereItWasThrown");
	}

	@Test
	void exceptionMayHaveNoMessage() {
		assertThat(Failure.of(new IOException()).message()).isNull();
	}

	@Test
	void longMessageIsCut() {
		assertThat(Failure.of(new IOException("x".repeat(10_000))).message()).hasSizeLessThan(510).endsWith("x...");
	}

	@Test
	void messageOfFullLengthIsWhole() {
		assertThat(Failure.of(new IOException("x".repeat(500))).message()).isEqualTo("x".repeat(500));
	}

	@Test
	void stackTraceIsCut() {
		Throwable exception = Stream.<Throwable>iterate(new IOException("cause"), RuntimeException::new)
			.skip(30)
			.findFirst()
			.orElseThrow();
		assertThat(Failure.of(exception).stackTrace()).hasSizeLessThan(1600).endsWith("...");
	}

	@Test
	void causesAreNamedWithTheirMessages() {
		Exception exception = new IllegalStateException("outer", withoutStackTrace(new IOException("root")));
		assertThat(Failure.of(withoutStackTrace(exception)).stackTrace())
			.isEqualTo("Caused by: java.io.IOException: root\n");
	}

	@Test
	void causesThatFormARingEnd() {
		Exception first = withoutStackTrace(new IOException("first"));
		Exception second = withoutStackTrace(new IOException("second", first));
		first.initCause(second);
		assertThat(Failure.of(first).stackTrace().lines()).hasSizeLessThan(10);
	}

	private static <T extends Exception> T withoutStackTrace(T exception) {
		exception.setStackTrace(new StackTraceElement[0]);
		return exception;
	}

}
