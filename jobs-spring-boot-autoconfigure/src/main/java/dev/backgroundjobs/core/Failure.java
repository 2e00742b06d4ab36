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

import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed, in the size in which it is kept.
 *
 * @param type class name of the exception
 * @param message its message
 * @param stackTrace the frames that matter, of the exception and its causes
 */
public record Failure(String type, @Nullable String message, String stackTrace) {

	private static final int MAX_MESSAGE = 500;

	private static final int MAX_FRAMES = 20;

	private static final int MAX_STACK_TRACE = 1500;

	/**
	 * Describe an exception. Never fails: an exception is code of the application, too.
	 * @param exception the exception
	 * @return the failure
	 */
	public static Failure of(Throwable exception) {
		try {
			return described(exception);
		}
		catch (RuntimeException | LinkageError | StackOverflowError ex) {
			return new Failure(exception.getClass().getName(),
					"The exception does not say more: asked for it, it throws " + ex.getClass().getName(), "");
		}
	}

	private static Failure described(Throwable exception) {
		StringBuilder trace = new StringBuilder(frames(exception));
		int depth = 0;
		for (Throwable cause = exception.getCause(); cause != null && depth < 5; cause = cause.getCause(), depth++) {
			trace.append("Caused by: ").append(bounded(cause.toString(), MAX_MESSAGE)).append('\n');
			trace.append(frames(cause));
		}
		return new Failure(exception.getClass().getName(), bounded(exception.getMessage(), MAX_MESSAGE),
				String.valueOf(bounded(trace.toString(), MAX_STACK_TRACE)));
	}

	private static String frames(Throwable exception) {
		return Arrays.stream(exception.getStackTrace())
			.limit(MAX_FRAMES)
			.map((frame) -> "\tat " + frame + "\n")
			.collect(Collectors.joining());
	}

	private static @Nullable String bounded(@Nullable String text, int length) {
		return (text == null || text.length() <= length) ? text : text.substring(0, length) + "...";
	}

}
