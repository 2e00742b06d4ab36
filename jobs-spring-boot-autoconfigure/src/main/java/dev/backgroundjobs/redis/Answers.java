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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * For callers that wait for an answer.
 */
final class Answers {

	private static final long TIMEOUT_SECONDS = 10;

	private Answers() {
	}

	/**
	 * Wait for an answer.
	 * @throws DataAccessException if there is none
	 */
	static <T> T await(CompletableFuture<T> answer) {
		try {
			return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw unavailable("The call failed", RedisFault.unwrap((ex.getCause() != null) ? ex.getCause() : ex));
		}
		catch (TimeoutException ex) {
			throw new QueryTimeoutException("Redis did not answer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DataAccessResourceFailureException("Interrupted while waiting for Redis", ex);
		}
	}

	/**
	 * Wait for the answer of a script that has nothing to refuse but data of a newer
	 * version.
	 * @throws DataAccessException if there is none
	 */
	static Reply ok(CompletableFuture<Reply> answer) {
		Reply reply = await(answer);
		if (!reply.status().equals("OK")) {
			throw new InvalidDataAccessResourceUsageException(
					"The data has schema version " + reply.text(1) + ": update this application's library");
		}
		return reply;
	}

	/**
	 * What callers see when Redis did not do what they asked: that it may pass by itself,
	 * is a matter of permissions, or has to be repaired, is told by the type.
	 */
	static DataAccessException unavailable(String what, Throwable failure) {
		String message = what + ": " + Explanation.of(failure);
		return switch (RedisFault.of(failure)) {
			case NOT_SENT -> new RedisConnectionFailureException(message, failure);
			case NO_ANSWER -> new QueryTimeoutException(message, failure);
			case LATER, NOT_MASTER, OUT_OF_MEMORY -> new TransientDataAccessResourceException(message, failure);
			case DENIED, NOT_PERMITTED, SCRIPT_NOT_PERMITTED ->
				new PermissionDeniedDataAccessException(message, failure);
			case WRONG_TYPE, BROKEN -> new InvalidDataAccessResourceUsageException(message, failure);
		};
	}

}
