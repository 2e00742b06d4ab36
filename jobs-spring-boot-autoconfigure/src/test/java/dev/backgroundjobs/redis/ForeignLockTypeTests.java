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

import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link ForeignTypeTests} for what touches the locks of unique jobs.
 */
@BreaksData("a key at a time holds another type")
class ForeignLockTypeTests {

	private final ForeignTypes foreign = new ForeignTypes();

	@AfterEach
	void close() {
		this.foreign.close();
	}

	@ParameterizedTest
	@MethodSource("scripts")
	void scriptDoesAllOrNothing(String touched, Consumer<TestQueue> before, Consumer<TestQueue> script) {
		this.foreign.check(touched, before, script);
	}

	static Stream<Arguments> scripts() {
		return Stream.of(script("enqueue", "m j r1 pr s u", (queue) -> {
		}, (queue) -> call(queue, "a", "0 E 1")),
				script("enqueue that meets a job", "m j pr u", ForeignLockTypeTests::held,
						(queue) -> call(queue, "b", "0 E 1")),
				script("enqueue in the place of a job", "m j r1 a z f pr s u", ForeignLockTypeTests::held,
						(queue) -> call(queue, "b", "0 R 1")),
				script("enqueue that moves a job", "m j d pr z s u", ForeignLockTypeTests::held,
						(queue) -> call(queue, "b", "+60000 D 1")),
				script("settle what is complete", "j i c n l s u", ForeignLockTypeTests::running,
						(queue) -> queue.settle(UniqueRecord.complete("a", "w:1", queue.stored("a")))),
				script("settle, dead", "j i c n l x s u", ForeignLockTypeTests::running,
						(queue) -> queue.settle(TestQueue.bury("a", "w:1"))),
				script("settle, cancelled", "j i c n l s u", ForeignLockTypeTests::running,
						(queue) -> queue.settle(TestQueue.cancelled("a", "w:1", 0))),
				script("retry-dead", "j r1 a x s u", ForeignLockTypeTests::dead, (queue) -> queue.retryDead("a")),
				script("dead", "j r1 a x s u", ForeignLockTypeTests::dead,
						(queue) -> queue.run(RedisScript.DEAD, "retry", "", "", "10", "", "10")),
				script("cancel", "j z s u", ForeignLockTypeTests::held, (queue) -> queue.cancel("a")),
				script("delete", "j z s u", ForeignLockTypeTests::held, (queue) -> queue.delete("a")),
				script("claim of what lost its worker", "j i c n l a x s u", ForeignLockTypeTests::lost,
						(queue) -> queue.claim(ClaimCall.of("w", 9, 10).maxLosses(1))));
	}

	private static Arguments script(String name, String touched, Consumer<TestQueue> before,
			Consumer<TestQueue> script) {
		return Arguments.argumentSet(name, touched, before, script);
	}

	private static ScriptReply call(TestQueue queue, String id, String due) {
		String record = UniqueRecord.of(TestQueue.record(1, 0, id), "Fk");
		return queue.enqueue("p-" + id, 1, "unique 1", TestQueue.job(id, record, due));
	}

	/** Nothing is due, and this minute has been tidied up. */
	private static void held(TestQueue queue) {
		call(queue, "a", "0 E 1");
		queue.redis().hset(queue.key("m"), "jn", String.valueOf(queue.now() / 60_000));
	}

	private static void running(TestQueue queue) {
		held(queue);
		queue.claim("w", 1, 1);
	}

	private static void lost(TestQueue queue) {
		held(queue);
		queue.claim(ClaimCall.of("gone", 1, 1).lease(1));
		queue.pass(2);
	}

	private static void dead(TestQueue queue) {
		running(queue);
		queue.settle(TestQueue.bury("a", "w:1"));
		queue.pass(2);
	}

}
