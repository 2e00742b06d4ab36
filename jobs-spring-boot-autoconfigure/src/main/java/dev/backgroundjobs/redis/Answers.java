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

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.converter.Converter;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.lettuce.LettuceExceptionConverter;

/**
 * For callers that wait for an answer.
 */
final class Answers {

	private static final Converter<Exception, @Nullable DataAccessException> EXCEPTIONS = new LettuceExceptionConverter();

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
			throw unavailable(RedisFault.unwrap((ex.getCause() != null) ? ex.getCause() : ex));
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
	 * What callers see when Redis is not available.
	 */
	static DataAccessException unavailable(Throwable failure) {
		DataAccessException converted = (failure instanceof Exception ex) ? EXCEPTIONS.convert(ex) : null;
		return (converted != null) ? converted
				: new DataAccessResourceFailureException("Redis is not available", failure);
	}

}
