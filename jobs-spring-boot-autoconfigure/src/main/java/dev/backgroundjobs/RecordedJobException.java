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

package dev.backgroundjobs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an attempt of a job threw, wherever it ran: rebuilt from what was recorded, never
 * from the class named there, which this process may not even have. It looks like the
 * exception it stands for: the class name and message in {@link #toString()}, the
 * recorded part of the stack trace, and its causes.
 */
public final class RecordedJobException extends JobException {

	private static final String CAUSED_BY = "Caused by: ";

	private static final Pattern FRAME = Pattern
		.compile("\\tat (?:[^/()]*/)*([^/()]+)\\.([^.()]+)\\(([^:()]*)(?::(\\d+))?\\)");

	private static final int NATIVE_METHOD = -2;

	private final String type;

	/**
	 * Create an exception from a failure.
	 * @param failure what was recorded
	 */
	public RecordedJobException(JobFailure failure) {
		this(failure.type(), (failure.message() != null) ? failure.message() : "",
				List.of(failure.stackTrace().split("\n")));
	}

	private RecordedJobException(String type, String message, List<String> lines) {
		super(message);
		this.type = type;
		List<StackTraceElement> frames = new ArrayList<>();
		for (int k = 0; k < lines.size(); k++) {
			if (lines.get(k).startsWith(CAUSED_BY)) {
				initCause(cause(lines.get(k).substring(CAUSED_BY.length()), lines.subList(k + 1, lines.size())));
				break;
			}
			Matcher frame = FRAME.matcher(lines.get(k));
			if (frame.matches()) {
				frames.add(new StackTraceElement(frame.group(1), frame.group(2), frame.group(3),
						(frame.group(4) != null) ? Integer.parseInt(frame.group(4))
								: frame.group(3).equals("Native Method") ? NATIVE_METHOD : -1));
			}
		}
		setStackTrace(frames.toArray(StackTraceElement[]::new));
	}

	private static RecordedJobException cause(String text, List<String> lines) {
		int colon = text.indexOf(": ");
		return (colon > 0) ? new RecordedJobException(text.substring(0, colon), text.substring(colon + 2), lines)
				: new RecordedJobException(text, "", lines);
	}

	/**
	 * The class of the exception, by its name; or a word, such as {@code LEASE_LOST} if
	 * the worker died.
	 * @return the name
	 */
	public String getType() {
		return this.type;
	}

	@Override
	public String toString() {
		String message = getMessage();
		return (message == null || message.isEmpty()) ? this.type : this.type + ": " + message;
	}

}
