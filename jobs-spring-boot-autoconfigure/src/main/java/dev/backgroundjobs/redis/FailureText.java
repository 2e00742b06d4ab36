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

import java.time.Instant;

import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.core.Failure;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A failure as text: a line for the type, a line for the message, the stack trace. The
 * script that stores it writes {@code <attempt> <ms> } in front.
 */
final class FailureText {

	private FailureText() {
	}

	static String encode(Failure failure) {
		String message = (failure.message() != null) ? failure.message() : "";
		return failure.type() + "\n" + inOneLine(message) + "\n" + failure.stackTrace();
	}

	static String inOneLine(String text) {
		return text.replace("\\", "\\\\").replace("\n", "\\n");
	}

	static JobFailure decode(String stored) {
		String[] parts = stored.split(" ", 3);
		String[] lines = parts[2].split("\n", 3);
		return new JobFailure(Integer.parseInt(parts[0]), Instant.ofEpochMilli(Long.parseLong(parts[1])), lines[0],
				message(lines[1]), lines[2]);
	}

	private static @Nullable String message(String line) {
		return StringUtils.hasLength(line) ? outOfOneLine(line) : null;
	}

	static String outOfOneLine(String line) {
		StringBuilder message = new StringBuilder(line.length());
		for (int i = 0; i < line.length(); i++) {
			char c = line.charAt(i);
			if (c == '\\' && i + 1 < line.length()) {
				c = (line.charAt(++i) == 'n') ? '\n' : line.charAt(i);
			}
			message.append(c);
		}
		return message.toString();
	}

}
