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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets one key after the other hold something else, and sees what a script makes of it.
 */
class ForeignTypes implements AutoCloseable {

	private TestQueue queue = new TestQueue();

	TestQueue queue() {
		return this.queue;
	}

	/**
	 * A script does all that it was to do, or nothing.
	 * @param touched keys without which it does nothing
	 */
	void check(String touched, Consumer<TestQueue> before, Consumer<TestQueue> script) {
		before.accept(this.queue);
		Map<String, String> whole = content();
		script.accept(this.queue);
		List<String> written = changes(whole, content());
		TreeSet<String> refused = new TreeSet<>();
		for (String key : names()) {
			startAgain(before, key);
			Map<String, String> broken = content();
			if (isRefused(script)) {
				refused.add(key);
				assertThat(changes(broken, content())).as("written although %s is foreign", key).isEmpty();
			}
			else {
				assertThat(changes(broken, content())).as("written while %s is foreign", key).isEqualTo(written);
			}
		}
		assertThat(refused).as("keys it cannot do without").contains(touched.split(" "));
	}

	private void startAgain(Consumer<TestQueue> before, String foreign) {
		this.queue.redis().del(keys());
		this.queue = new TestQueue(this.queue.scripts());
		before.accept(this.queue);
		this.queue.redis().del(this.queue.key(foreign));
		this.queue.redis().set(this.queue.key(foreign), "foreign");
	}

	private List<String> names() {
		return Arrays.stream(this.queue.keys().of(this.queue.partition()))
			.map((key) -> name(new String(key, StandardCharsets.UTF_8)))
			.toList();
	}

	private static String name(String key) {
		return key.substring(key.indexOf("}:") + 2);
	}

	private String[] keys() {
		return Stream
			.of(this.queue.keys().of(this.queue.partition()), this.queue.keys().workers(),
					this.queue.keys().schedules())
			.flatMap(Arrays::stream)
			.map((key) -> new String(key, StandardCharsets.UTF_8))
			.toArray(String[]::new);
	}

	boolean isRefused(Consumer<TestQueue> script) {
		try {
			script.accept(this.queue);
			return false;
		}
		catch (RedisCommandExecutionException ex) {
			assertThat(RedisFault.of(ex)).isEqualTo(RedisFault.WRONG_TYPE);
			return true;
		}
	}

	/** Everything in the keys of queue and namespace, by the name behind the prefix. */
	Map<String, String> content() {
		String[] keys = keys();
		List<String> dumps = this.queue.redis()
			.eval("for k = 1, #KEYS do KEYS[k] = redis.call('DUMP', KEYS[k]) or '' end return KEYS",
					ScriptOutputType.MULTI, keys);
		return IntStream.range(0, keys.length)
			.boxed()
			.collect(Collectors.toMap((k) -> name(keys[k]), dumps::get, (one, other) -> one, TreeMap::new));
	}

	static List<String> changes(Map<String, String> before, Map<String, String> after) {
		return after.keySet().stream().filter((key) -> !Objects.equals(after.get(key), before.get(key))).toList();
	}

	@Override
	public void close() {
		this.queue.redis().del(keys());
		this.queue.close();
	}

}
