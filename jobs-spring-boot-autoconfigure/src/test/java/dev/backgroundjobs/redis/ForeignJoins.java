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

import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;

/**
 * What scripts do for joins and their children, for {@link ForeignTypeTests}.
 */
final class ForeignJoins {

	private ForeignJoins() {
	}

	static Stream<Arguments> scripts() {
		return Stream.of(ForeignTypeTests.script("enqueue of a fan-out", "m j r1 pr wt o os jn jd s", (queue) -> {
		}, (queue) -> queue.enqueueJobs(FanOut.of("A", "mail~0~j", "mail~0~f.c1", "image~0~f.c2").jobs())),
				ForeignTypeTests.script("cancel of a child", "m j r1 wt a x z jn jd s", ForeignJoins::child,
						(queue) -> queue.cancel("f.c1")),
				ForeignTypeTests.script("delete of a child", "m j r1 wt a x z jn jd s", ForeignJoins::child,
						(queue) -> queue.delete("f.c1")),
				ForeignTypeTests.script("cancel of a join", "j wt jn jd s", ForeignJoins::child,
						(queue) -> queue.cancel("j")),
				ForeignTypeTests.script("dead children, deleted", "m j r1 wt a x jn jd s", ForeignJoins::deadChild,
						(queue) -> queue.run(RedisScript.DEAD, "delete", "", "", "10", "", "10", "0")),
				ForeignTypeTests.script("settle, of the last child", "m j i c n l r1 wt jn jd w s",
						ForeignJoins::childRuns, (queue) -> queue.settle(Chain.proceed("f.c1", "w:1", "1"))),
				ForeignTypeTests.script("settle, of a child that fails its join", "m j i c n l wt a x jn jd s",
						ForeignJoins::childRuns, (queue) -> queue.settle(TestQueue.bury("f.c1", "w:1"))),
				ForeignTypeTests.script("settle, of a child of a join elsewhere", "m j i c n l o os s",
						ForeignJoins::childElsewhere, (queue) -> queue.settle(Chain.proceed("f.c1", "w:1", "1"))),
				ForeignTypeTests.script("claim after the deadline of a join", "m j wt a x jn jd s",
						ForeignJoins::lateJoin, (queue) -> queue.claim("w", 1, 0)),
				ForeignTypeTests.script("receive what became of a child", "m j r1 pr wt jn jd s", ForeignJoins::child,
						(queue) -> queue.run(RedisScript.RECEIVE, "image~0", "17", "0", "1", "0 9 j f.c1 =1")));
	}

	private static void child(TestQueue queue) {
		queue.enqueueJobs(FanOut.of("F", "mail~0~j", "mail~0~f.c1").jobs());
	}

	private static void childRuns(TestQueue queue) {
		child(queue);
		queue.claim("w", 1, 1);
		queue.redis().sadd(queue.key("w"), "nobody listens here");
	}

	private static void deadChild(TestQueue queue) {
		queue.enqueueJobs(FanOut.of("A", "mail~0~j", "mail~0~f.c1").jobs());
		queue.claim("w", 1, 1);
		queue.settle(TestQueue.bury("f.c1", "w:1"));
	}

	private static void childElsewhere(TestQueue queue) {
		String[][] jobs = FanOut.of("F", "image~0~j", "image~0~f.c1").jobs();
		queue.enqueueJobs(TestQueue.job("f.c1", jobs[1][1], "0"));
		queue.claim("w", 1, 1);
	}

	private static void lateJoin(TestQueue queue) {
		queue.enqueueJobs(FanOut.of("F", "mail~0~j", "mail~0~f.c1").within(1).jobs());
		queue.pass(2);
		ForeignTypeTests.settled(queue);
	}

}
