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
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.lettuce.core.Range;

/**
 * Asks for the namespaces that had workers lately.
 */
final class OtherNamespaces {

	private static final Duration LIVES = Duration.ofMinutes(2);

	private OtherNamespaces() {
	}

	/**
	 * All but one's own. Their key is the only one outside the namespace, and perhaps not
	 * permitted.
	 */
	static CompletableFuture<Set<String>> than(String own, RedisConnection connection) {
		return connection.call((redis) -> redis.time()).thenCompose((time) -> {
			long since = Long.parseLong(string(time.get(0))) * 1000 - LIVES.toMillis();
			return connection.call((redis) -> redis.zrangebyscore(RedisKeys.namespaces(),
					Range.create(since, Double.POSITIVE_INFINITY)));
		})
			.thenApply((namespaces) -> namespaces.stream()
				.map(OtherNamespaces::string)
				.filter(Predicate.not(own::equals))
				.collect(Collectors.toCollection(TreeSet::new)));
	}

	private static String string(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
