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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All keys of a server: each is one that the schema knows, or belongs to an application
 * of the tests, and in each partition the law of conservation holds.
 */
public final class Keyspace implements AutoCloseable {

	private static final Pattern OURS = Pattern.compile("(bj:\\{[^}]+}:)(.+)");

	private static final Pattern OF_TEST_APPLICATIONS = Pattern.compile("(journal|sample|jobs-sample).*");

	private static final Set<String> PARTITION = names(new RedisKeys("shop").of(QueuePartition.of("mail")));

	private static final Set<String> NAMESPACE = names(
			Stream.of(new RedisKeys("shop").workers(), new RedisKeys("shop").schedules())
				.flatMap(Stream::of)
				.toArray(byte[][]::new));

	private final Scripts scripts;

	/** Prefixes that are known and not looked at any more. */
	private final Set<String> left = new HashSet<>();

	public Keyspace(RedisServer server) {
		this.scripts = new Scripts(server);
	}

	private static Set<String> names(byte[]... keys) {
		Set<String> names = new HashSet<>();
		for (byte[] key : keys) {
			String name = new String(key, StandardCharsets.UTF_8);
			names.add(name.substring(name.indexOf('}') + 2));
		}
		names.remove("~");
		return names;
	}

	/**
	 * Check all keys of the server.
	 * @param server the server
	 */
	public static void check(RedisServer server) {
		try (Keyspace keyspace = new Keyspace(server)) {
			keyspace.check();
		}
	}

	void check() {
		Set<String> partitions = new TreeSet<>();
		Set<String> namespaces = new TreeSet<>();
		List<String> all = new ArrayList<>();
		for (String key : keys()) {
			Matcher ours = OURS.matcher(key);
			if (!ours.matches()) {
				assertThat(key.equals("bj:namespaces") || OF_TEST_APPLICATIONS.matcher(key).matches())
					.as("'%s' is in the schema", key)
					.isTrue();
			}
			else if (!this.left.contains(ours.group(1))) {
				boolean ofNamespace = NAMESPACE.contains(ours.group(2));
				assertThat(ofNamespace || PARTITION.contains(ours.group(2))).as("'%s' is in the schema", key).isTrue();
				(ofNamespace ? namespaces : partitions).add(ours.group(1));
				all.add(key);
			}
		}
		assertThat(expiring(all))
			.as("""
					keys with a time to live: a Redis with a 'volatile-*' policy may evict them, which health and preflight \
					take for safe (ServerInfo.eviction), and so do the docs""")
			.isEmpty();
		partitions.forEach(this::checkPartition);
		namespaces.forEach(this::everyWorkerIsDescribed);
	}

	private void checkPartition(String prefix) {
		try {
			new Audit(redis(), prefix).check();
		}
		catch (AssertionError ex) {
			throw new AssertionError("Keys " + prefix + ": " + ex.getMessage(), ex);
		}
	}

	private List<String> expiring(List<String> keys) {
		List<String> expiring = new ArrayList<>();
		for (int from = 0; from < keys.size(); from += 1000) {
			List<Object> some = redis().eval("""
					local found = {}
					for k = 1, #KEYS do
					  if redis.call('TTL', KEYS[k]) >= 0 then
					    found[#found + 1] = KEYS[k]
					  end
					end
					return found""", ScriptOutputType.MULTI,
					keys.subList(from, Math.min(keys.size(), from + 1000)).toArray(String[]::new));
			expiring.addAll(new ScriptReply(List.of(some)).texts(0));
		}
		return expiring;
	}

	private void everyWorkerIsDescribed(String prefix) {
		ScriptReply both = new ScriptReply(
				redis().eval("return {redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('HKEYS', KEYS[2])}",
						ScriptOutputType.MULTI, prefix + "workers", prefix + "worker"));
		assertThat(both.texts(0)).as("workers of " + prefix).containsExactlyInAnyOrderElementsOf(both.texts(1));
	}

	/**
	 * Do not look at what there is now, whatever becomes of it.
	 */
	void leave() {
		keys().stream().map(OURS::matcher).filter(Matcher::matches).forEach((key) -> this.left.add(key.group(1)));
	}

	private Set<String> keys() {
		Set<String> keys = new TreeSet<>();
		KeyScanCursor<String> page = redis().scan(ScanArgs.Builder.limit(1000));
		keys.addAll(page.getKeys());
		while (!page.isFinished()) {
			page = redis().scan(page, ScanArgs.Builder.limit(1000));
			keys.addAll(page.getKeys());
		}
		return keys;
	}

	private RedisCommands<String, String> redis() {
		return this.scripts.redis();
	}

	@Override
	public void close() {
		this.scripts.close();
	}

}
