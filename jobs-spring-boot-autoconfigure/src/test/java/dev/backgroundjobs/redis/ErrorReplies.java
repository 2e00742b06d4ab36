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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The error replies of all supported versions, word for word, with what they mean.
 */
final class ErrorReplies {

	private ErrorReplies() {
	}

	static List<ErrorReply> all() {
		try {
			return new ClassPathResource("error-replies.txt", ErrorReplies.class)
				.getContentAsString(StandardCharsets.UTF_8)
				.lines()
				.filter((line) -> !line.startsWith("#"))
				.map(ErrorReply::parse)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A server refuses a call with a text of the table, and that is understood.
	 */
	static void assertRefused(RedisFault fault, String word, Runnable call) {
		Throwable refusal = catchThrowable(call::run);
		assertThat(refusal).isNotNull();
		Throwable cause = refusal;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		assertThat(cause).hasMessageContaining(word);
		String text = String.valueOf(cause.getMessage())
			.replaceAll("[0-9a-f]{40}", "6049387058fe13062993fcc83a6403cf2946459d");
		assertThat(all()).contains(new ErrorReply(fault, text));
		assertThat(RedisFault.of(refusal)).isEqualTo(fault);
	}

	/**
	 * A reply and its meaning.
	 */
	record ErrorReply(RedisFault fault, String text) {

		static ErrorReply parse(String line) {
			String[] parts = line.split("\t");
			return new ErrorReply(RedisFault.valueOf(parts[0]), parts[1]);
		}

	}

}
