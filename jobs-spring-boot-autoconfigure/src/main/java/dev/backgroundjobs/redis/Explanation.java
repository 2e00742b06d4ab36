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
import java.util.regex.Pattern;

/**
 * Says in a user's words why Redis did not do something, and what helps.
 */
final class Explanation {

	/** What the driver says begins with the place that is full. */
	private static final String TOO_MANY_CALLS = "too many calls wait for Redis to answer";

	private static final Map<String, String> WORDS = Map.ofEntries(Map.entry("Request", TOO_MANY_CALLS),
			Map.entry("Command", TOO_MANY_CALLS), Map.entry("Internal", TOO_MANY_CALLS),
			Map.entry("LOADING", "Redis is loading its data after a start"),
			Map.entry("BUSY", "Redis is busy with a script of another client"),
			Map.entry("NOSCRIPT", "Redis has forgotten a script again that has just been loaded"),
			Map.entry("TRYAGAIN", "the Redis cluster is moving the queue to another node"),
			Map.entry("CLUSTERDOWN", "the Redis cluster is down"),
			Map.entry("NOREPLICAS", "Redis has fewer replicas than its min-replicas-to-write demands"),
			Map.entry("MISCONF", "Redis cannot save to its disk and refuses to write"),
			Map.entry("READONLY", "Redis is a replica, which cannot be written to; the master is looked up anew"),
			Map.entry("UNBLOCKED", "Redis has become a replica; the master is looked up anew"),
			Map.entry("MASTERDOWN", "Redis is a replica without its master; the master is looked up anew"),
			Map.entry("OOM", "Redis is full: raise its maxmemory or free some"),
			Map.entry("NOAUTH", "Redis wants a password: set spring.data.redis.password"),
			Map.entry("WRONGPASS", "Redis refuses user name or password: correct spring.data.redis.username and "
					+ "spring.data.redis.password, or the user in Redis"));

	private static final Pattern UNREACHED = Pattern.compile("Unable to connect to .*:\\d+");

	private Explanation() {
	}

	/**
	 * Explain a failed call.
	 * @param failure what the driver threw
	 * @return a clause without a full stop
	 */
	static String of(Throwable failure) {
		RedisFault fault = RedisFault.of(failure);
		String reply = reply(RedisFault.unwrap(failure), fault);
		return switch (fault) {
			case NOT_SENT ->
				"there is no connection to Redis: is it running where spring.data.redis says? (" + reply + ")";
			case NO_ANSWER -> "Redis does not answer (" + reply + ")";
			case NOT_PERMITTED,
					SCRIPT_NOT_PERMITTED ->
				"the Redis user lacks a permission: "
						+ MissingPermission.cure(String.valueOf(RedisFault.unwrap(failure).getMessage())) + " (" + reply
						+ ")";
			case WRONG_TYPE -> "a key of the queue holds another type than this library writes: rename or delete that "
					+ "key (docs/redis-schema.md lists them) (" + reply + ")";
			case BROKEN -> "a script failed (" + reply + ")";
			default -> WORDS.getOrDefault(RedisFault.word(reply), "Redis refuses") + " (" + reply + ")";
		};
	}

	/**
	 * What Redis said, without what goes before it in an error of a script; for a
	 * connection that was refused, the innermost reason.
	 */
	private static String reply(Throwable failure, RedisFault fault) {
		Throwable said = failure;
		while (said.getCause() != null && (RedisFault.ofReply(String.valueOf(said.getMessage())) == null)) {
			said = said.getCause();
		}
		String message = (said.getMessage() != null) ? said.getMessage() : said.getClass().getSimpleName();
		if (fault == RedisFault.NOT_SENT) {
			return address(failure) + message;
		}
		int start = message.indexOf(RedisFault.word(message));
		return (fault == RedisFault.NO_ANSWER || start < 0) ? message : message.substring(start);
	}

	/**
	 * What the driver could not connect to; only one of its errors tells.
	 */
	private static String address(Throwable failure) {
		for (Throwable cause = failure; cause != null && cause.getCause() != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			if (UNREACHED.matcher(message).matches()) {
				return message + ": ";
			}
		}
		return "";
	}

}
