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

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long each lease lasts at least, by the server's clock.
 */
class Leases {

	private final Map<String, Long> ends = new HashMap<>();

	private Set<String> safe = Set.of();

	void extend(String token, long end) {
		this.ends.merge(token, end, Math::max);
	}

	/**
	 * Leases that nobody may recover although they end: their owners live and could not
	 * reach the server.
	 */
	void safe(Collection<String> tokens) {
		this.safe = Set.copyOf(tokens);
	}

	long end(String token) {
		return this.ends.getOrDefault(token, 0L);
	}

	void assertOver(String token, long now, String otherwise) {
		assertThat(now).as(() -> otherwise + ", whose lease " + token + " had not ended")
			.isGreaterThanOrEqualTo(this.ends.getOrDefault(token, 0L));
		assertThat(this.safe).as(() -> otherwise + ", who could not renew " + token + " while the server was away")
			.doesNotContain(token);
	}

	/**
	 * Which jobs of a lease a renewal says were cancelled.
	 */
	static List<String> told(List<String> cancelled, String token) {
		return IntStream.range(0, cancelled.size() / 2)
			.filter((k) -> cancelled.get(2 * k).equals(token))
			.mapToObj((k) -> cancelled.get(2 * k + 1))
			.toList();
	}

	/**
	 * What a claim says it has recovered.
	 */
	static List<String> recoveredIn(ScriptReply reply) {
		List<String> told = reply.texts(9);
		return IntStream.range(0, told.size() / 3)
			.map((k) -> 3 * k)
			.mapToObj((k) -> told.get(k) + " attempt " + told.get(k + 2)
					+ (reply.texts(6).contains(told.get(k)) ? " dead" : ""))
			.toList();
	}

}
