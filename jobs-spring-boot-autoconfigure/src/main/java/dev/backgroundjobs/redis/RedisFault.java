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

import java.util.Map;
import java.util.concurrent.CompletionException;

import dev.backgroundjobs.core.StoreUnavailableException.Reason;
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
	 * Redis refused the call for now, or the driver did as too many wait for their
	 * answers; nothing was executed.
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
	 * A missing permission; nothing was executed.
	 */
	NOT_PERMITTED,

	/**
	 * A missing permission for one command of a script: what comes before it was
	 * executed.
	 */
	SCRIPT_NOT_PERMITTED,

	/**
	 * A key holds another type than ours. Scripts look before they write, so nothing was
	 * executed.
	 */
	WRONG_TYPE,

	/**
	 * The data is not what the script expects, or the script is wrong: it may have
	 * stopped half way.
	 */
	BROKEN;

	/** Redis 6.2 and 7.0 name no NOPERM for a command of a script. */
	private static final String SCRIPT_MAY_NOT = "The user executing the script can't";

	/**
	 * Somebody's patience has ended; only a script that has written nothing is killed.
	 */
	private static final String SCRIPT_KILLED = "Script killed by user";

	/** Redis 6.2 has no sign before this word when a script meets it. */
	private static final String NOT_THIS_TYPE = "WRONGTYPE ";

	/** The queue, the buffer or the stack of the driver's connection is full. */
	private static final String TOO_MANY_CALLS = " size exceeded: ";

	private static final String IN_SCRIPT = "@user_script";

	private static final Map<String, RedisFault> WORDS = Map.ofEntries(Map.entry("LOADING", LATER),
			Map.entry("BUSY", LATER), Map.entry("NOSCRIPT", LATER), Map.entry("TRYAGAIN", LATER),
			Map.entry("CLUSTERDOWN", LATER), Map.entry("NOREPLICAS", LATER), Map.entry("MISCONF", LATER),
			Map.entry("READONLY", NOT_MASTER), Map.entry("UNBLOCKED", NOT_MASTER), Map.entry("MASTERDOWN", NOT_MASTER),
			Map.entry("OOM", OUT_OF_MEMORY), Map.entry("NOAUTH", DENIED), Map.entry("WRONGPASS", DENIED),
			Map.entry("NOPERM", NOT_PERMITTED));

	static RedisFault of(Throwable failure) {
		Throwable cause = unwrap(failure);
		if (cause instanceof RedisConnectionException || cause instanceof RedisConnectionFailureException) {
			return connectFault(cause);
		}
		String message = String.valueOf(cause.getMessage());
		if (message.startsWith("Currently not connected")) {
			return NOT_SENT;
		}
		if (message.contains(TOO_MANY_CALLS)) {
			return LATER;
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
			if (fault != null) {
				return fault;
			}
		}
		return NOT_SENT;
	}

	/**
	 * By the error's first word, or, as Redis 6.2 wraps errors of scripts, by the word
	 * after the first {@code " -"}.
	 */
	static @Nullable RedisFault ofReply(String message) {
		if (message.contains(SCRIPT_MAY_NOT)) {
			return SCRIPT_NOT_PERMITTED;
		}
		if (message.contains(SCRIPT_KILLED)) {
			return LATER;
		}
		if (message.contains(NOT_THIS_TYPE)) {
			return WRONG_TYPE;
		}
		RedisFault fault = WORDS.get(word(message));
		return (fault == NOT_PERMITTED && message.contains(IN_SCRIPT)) ? SCRIPT_NOT_PERMITTED : fault;
	}

	/**
	 * The word that says what kind of error it is.
	 */
	static String word(String message) {
		int wrapped = message.indexOf(" -");
		String word = firstWord(message);
		return (!WORDS.containsKey(word) && wrapped >= 0) ? firstWord(message.substring(wrapped + 2)) : word;
	}

	private static String firstWord(String message) {
		int end = message.indexOf(' ');
		return (end < 0) ? message : message.substring(0, end);
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
		return this == NO_ANSWER || this == SCRIPT_NOT_PERMITTED || this == BROKEN;
	}

	/**
	 * Whether Redis is there and refuses this call only: others may well be answered.
	 */
	boolean refusesOneCall() {
		return this == OUT_OF_MEMORY || this == NOT_PERMITTED || this == SCRIPT_NOT_PERMITTED || this == WRONG_TYPE
				|| this == BROKEN;
	}

	/**
	 * Whose doing it needs until the same call succeeds.
	 */
	Reason reason() {
		return switch (this) {
			case NOT_SENT, NO_ANSWER -> Reason.AWAY;
			case LATER, NOT_MASTER, OUT_OF_MEMORY -> Reason.NOT_NOW;
			case DENIED, NOT_PERMITTED, SCRIPT_NOT_PERMITTED -> Reason.DENIED;
			case WRONG_TYPE, BROKEN -> Reason.BROKEN;
		};
	}

	/**
	 * Whether the same call may succeed later without anybody's doing.
	 */
	boolean isTemporary() {
		return this == NOT_SENT || this == NO_ANSWER || this == LATER || this == NOT_MASTER;
	}

}
