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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;

/**
 * Finds the key that stopped a script: Redis says that one of them holds another type,
 * and not which.
 */
final class ForeignKey {

	private ForeignKey() {
	}

	/**
	 * Fail with a message that names the key, if that is why a script failed.
	 * @param connection where to look
	 * @param keys the keys of the script
	 * @param failure why it failed
	 */
	static <T> CompletableFuture<T> named(RedisConnection connection, byte[][] keys, Throwable failure) {
		if (RedisFault.of(failure) != RedisFault.WRONG_TYPE) {
			return CompletableFuture.failedFuture(failure);
		}
		List<CompletableFuture<String>> types = Stream.of(keys)
			.map((key) -> connection.call((redis) -> redis.type(key)))
			.toList();
		return CompletableFuture.allOf(types.toArray(CompletableFuture[]::new))
			.handle((done, unknown) -> (unknown != null) ? failure
					: named(keys, types.stream().map(CompletableFuture::join).toList(), failure))
			.thenCompose(CompletableFuture::failedFuture);
	}

	private static Throwable named(byte[][] keys, List<String> found, Throwable failure) {
		List<String> expected = RedisKeys.types(keys);
		for (int k = 0; k < keys.length; k++) {
			if (!found.get(k).equals(expected.get(k)) && !found.get(k).equals("none")) {
				return new RedisCommandExecutionException(
						"WRONGTYPE Key '" + new String(keys[k], StandardCharsets.UTF_8) + "' holds a " + found.get(k)
								+ " instead of a " + expected.get(k),
						failure);
			}
		}
		// somebody has repaired it meanwhile
		return failure;
	}

}
