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

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Somebody has written a text where a script counts: it says so before it has written
 * anything, or does without.
 */
@BreaksData("a counter at a time is none")
class ForeignNumberScriptTests {

	private final TestQueue queue = new TestQueue();

	@AfterEach
	void close() {
		this.queue.redis().del(names());
		this.queue.close();
	}

	@ParameterizedTest
	@MethodSource("scripts")
	void scriptThatCannotCountWritesNothing(String key, String field, Consumer<TestQueue> before,
			Consumer<TestQueue> script) {
		before.accept(this.queue);
		this.queue.redis().hset(this.queue.key(key), field, "12a");
		Map<String, String> broken = content();
		assertThatExceptionOfType(RedisCommandExecutionException.class).isThrownBy(() -> script.accept(this.queue))
			.withMessageContaining(
					"WRONGTYPE Field '" + field + "' of key '" + this.queue.key(key) + "' holds no number")
			.satisfies((failure) -> assertThat(RedisFault.of(failure)).isEqualTo(RedisFault.WRONG_TYPE));
		assertThat(content()).isEqualTo(broken);
	}

	static Stream<Arguments> scripts() {
		Consumer<TestQueue> nothing = (queue) -> {
		};
		Consumer<TestQueue> waiting = (queue) -> queue.enqueue("a", "b");
		Consumer<TestQueue> later = (queue) -> queue.enqueue("+60000", new String[] { "a" });
		Consumer<TestQueue> running = (queue) -> {
			queue.enqueue("a", "b");
			queue.claim("w", 1, 2);
		};
		Consumer<TestQueue> lost = (queue) -> {
			queue.enqueue("a");
			queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
			queue.pass(2);
		};
		Consumer<TestQueue> dead = (queue) -> {
			running.accept(queue);
			queue.settle(TestQueue.bury("a", "w:1"));
		};
		Consumer<TestQueue> unique = (queue) -> queue.enqueue("first", 1, "unique 1",
				TestQueue.job("a", UniqueRecord.of(TestQueue.record(1, 0, "a"), "Fk"), "0 E 1"));
		Consumer<TestQueue> replace = (queue) -> queue.enqueue("second", 1, "unique 1",
				TestQueue.job("b", UniqueRecord.of(TestQueue.record(1, 0, "b"), "Fk"), "0 R 1"));
		Consumer<TestQueue> settle = (queue) -> queue.settle(TestQueue.complete("a", "w:1"));
		return Stream.of(Arguments.of("s", "enqueued", nothing, waiting),
				Arguments.of("s", "enqueued",
						(Consumer<TestQueue>) (queue) -> queue.define("FIRE_ONCE", "ALLOW", "nightly"),
						(Consumer<TestQueue>) (queue) -> queue.fire("nightly", 1, "a")),
				Arguments.of("s", "tombstones", waiting, (Consumer<TestQueue>) (queue) -> queue.claim("w", 1, 2)),
				Arguments.of("s", "recovered", lost, (Consumer<TestQueue>) (queue) -> queue.claim("w", 1, 2)),
				Arguments.of("s", "completed", running, settle), Arguments.of("n", "w:1", running, settle),
				Arguments.of("s", "cancelled", waiting, (Consumer<TestQueue>) (queue) -> queue.cancel("a")),
				Arguments.of("z", "a", waiting, (Consumer<TestQueue>) (queue) -> queue.cancel("a")),
				Arguments.of("z", "a", waiting, (Consumer<TestQueue>) (queue) -> queue.run(RedisScript.DELETE, "a")),
				Arguments.of("s", "cancelled", unique, replace), Arguments.of("z", "a", unique, replace),
				Arguments.of("s", "requeued", dead, (Consumer<TestQueue>) (queue) -> queue.retryDead("a")),
				Arguments.of("s", "rescheduled", later, (Consumer<TestQueue>) (queue) -> queue.reschedule("a", "+9")),
				Arguments.of("s", "requeued", dead,
						(Consumer<TestQueue>) (queue) -> queue.run(RedisScript.DEAD, "retry", "", "", "10", "", "10")));
	}

	@Test
	void whatIsNoNumberElsewhereIsLeftOut() {
		this.queue.enqueue("a", "b");
		this.queue.redis().hset(this.queue.key("z"), "a", "many");
		this.queue.redis().hset(this.queue.key("s"), "tombstones", "1");
		this.queue.redis().hset(this.queue.key("pr"), "somebody", "text");
		this.queue.redis().hset(this.queue.key("m"), "nx", "soon");
		ScriptReply claimed = this.queue.claim("w", 1, 2);
		assertThat(claimed.status()).isEqualTo("OK");
		assertThat(claimed.texts(3)).containsExactly("b");
		assertThat(this.queue.redis().hexists(this.queue.key("z"), "a")).isFalse();
	}

	@Test
	void versionThatIsNoNumberIsNoneOfOurs() {
		this.queue.enqueue("a");
		this.queue.redis().hset(this.queue.key("m"), "v", "new");
		assertThat(this.queue.claim("w", 1, 1).status()).isEqualTo("SCHEMA");
	}

	private Map<String, String> content() {
		Map<String, String> content = new TreeMap<>();
		for (String key : names()) {
			content.put(key, Arrays.toString(this.queue.redis().dump(key)));
		}
		return content;
	}

	private String[] names() {
		return this.queue.redis().keys(this.queue.key("*")).toArray(String[]::new);
	}

}
