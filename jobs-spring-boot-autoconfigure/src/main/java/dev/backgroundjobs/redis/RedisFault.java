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

import java.util.Set;
import java.util.concurrent.CompletionException;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * What a failed call to Redis means.
 */
enum RedisFault {

	/**
	 * There is no connection; the call never left.
	 */
	NOT_SENT,

	/**
	 * No answer came: the call may or may not have been executed.
	 */
	NO_ANSWER,

	/**
	 * Redis refused the call for now; nothing was executed.
	 */
	LATER,

	/**
	 * This is not, or no longer, the master; nothing was executed.
	 */
	NOT_MASTER,

	/**
	 * Redis has no memory left; nothing was executed.
	 */
	OUT_OF_MEMORY,

	/**
	 * Wrong credentials; nothing was executed.
	 */
	DENIED,

	/**
	 * A missing permission, perhaps for one command of a script: what comes before it was
	 * executed.
	 */
	NOT_PERMITTED,

	/**
	 * The data is not what the script expects, or the script is wrong: it may have
	 * stopped half way.
	 */
	BROKEN;

	private static final Set<String> LATER_WORDS = Set.of("LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS",
			"MISCONF");

	private static final Set<String> NOT_MASTER_WORDS = Set.of("READONLY", "UNBLOCKED", "MASTERDOWN");

	private static final Set<String> DENIED_WORDS = Set.of("NOAUTH", "WRONGPASS");

	static RedisFault of(Throwable failure) {
		Throwable cause = unwrap(failure);
		if (cause instanceof RedisConnectionException || cause instanceof RedisConnectionFailureException) {
			return connectFault(cause);
		}
		String message = String.valueOf(cause.getMessage());
		if (message.startsWith("Currently not connected") || message.startsWith("Request queue size exceeded")) {
			return NOT_SENT;
		}
		if (cause instanceof RedisCommandTimeoutException) {
			return NO_ANSWER;
		}
		RedisFault fault = ofReply(message);
		if (fault != null) {
			return fault;
		}
		return (cause instanceof RedisCommandExecutionException) ? BROKEN : NO_ANSWER;
	}

	private static RedisFault connectFault(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			RedisFault fault = ofReply(String.valueOf(cause.getMessage()));
			if (fault == DENIED || fault == NOT_PERMITTED) {
				return DENIED;
			}
		}
		return NOT_SENT;
	}

	/**
	 * By the error's first word, or, as Redis 6.2 wraps errors of scripts, by the word
	 * after the first {@code " -"}.
	 */
	static @Nullable RedisFault ofReply(String message) {
		int wrapped = message.indexOf(" -");
		RedisFault fault = ofWord(message);
		return (fault == null && wrapped >= 0) ? ofWord(message.substring(wrapped + 2)) : fault;
	}

	private static @Nullable RedisFault ofWord(String message) {
		int end = message.indexOf(' ');
		String word = (end < 0) ? message : message.substring(0, end);
		if (word.equals("OOM")) {
			return OUT_OF_MEMORY;
		}
		if (word.equals("NOPERM")) {
			return NOT_PERMITTED;
		}
		if (LATER_WORDS.contains(word)) {
			return LATER;
		}
		if (NOT_MASTER_WORDS.contains(word)) {
			return NOT_MASTER;
		}
		return DENIED_WORDS.contains(word) ? DENIED : null;
	}

	static Throwable unwrap(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	/**
	 * Whether the call may have been executed, in part at least.
	 */
	boolean mayHaveBeenExecuted() {
		return this == NO_ANSWER || this == NOT_PERMITTED || this == BROKEN;
	}

	/**
	 * Whether Redis is there and refuses this call only: others may well be answered.
	 */
	boolean refusesOneCall() {
		return this == OUT_OF_MEMORY || this == NOT_PERMITTED || this == BROKEN;
	}

	/**
	 * Whether the same call may succeed later without anybody's doing.
	 */
	boolean isTemporary() {
		return this == NOT_SENT || this == NO_ANSWER || this == LATER || this == NOT_MASTER;
	}

}
