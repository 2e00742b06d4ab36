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

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobLogLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract of {@code report.lua}.
 */
class ReportScriptTests {

	private TestQueue queue;

	@BeforeEach
	void open() {
		this.queue = new TestQueue();
		this.queue.enqueue("a", "b");
		this.queue.claim("w", 1, 2);
	}

	@AfterEach
	void auditAndClose() {
		this.queue.audit();
		this.queue.close();
	}

	@Test
	void keepsTheLatestProgressAndAllLines() {
		report("a", "w:1", "1 10 first", "0 one\n");
		report("a", "w:1", "2 10 ", "0 two\n0 three\n");
		assertThat(ReportText.progress(this.queue.attempts("a", "g"))).extracting("current", "total", "message")
			.containsExactly(2L, 10L, null);
		assertThat(texts("a")).containsExactly("one", "two", "three");
		assertThat(this.queue.attempts("b", "t")).isEqualTo("null");
	}

	@Test
	void linesHaveTheTimeAtWhichTheyWereSaid() {
		long before = this.queue.now();
		report("a", "w:1", "", "60000 early\n0 late\n");
		List<JobLogLine> lines = ReportText.log(this.queue.attempts("a", "t"));
		assertThat(lines.get(0).at().toEpochMilli()).isBetween(before - 60_000, this.queue.now() - 60_000);
		assertThat(lines.get(1).at().toEpochMilli()).isBetween(before, this.queue.now());
		assertThat(lines).extracting(JobLogLine::attempt).containsOnly(4);
	}

	@Test
	void keepsAsManyLinesAndBytesAsAreAllowed() {
		String lines = IntStream.range(0, 20).mapToObj((k) -> "0 line " + k + "\n").collect(Collectors.joining());
		report(12, 10_000, "a", lines);
		assertThat(texts("a")).hasSize(12).endsWith("line 18", "line 19");
		report(12, 50, "a", "0 last\n");
		assertThat(texts("a")).containsExactly("line 19", "last");
		report(12, 10, "a", "0 longer than that\n");
		assertThat(texts("a")).isEmpty();
	}

	@Test
	void whatIsNotItsOwnersIsNotKept() {
		report("a", "v:1", "1 10 ", "0 stale\n");
		this.queue.settle(TestQueue.complete("b", "w:1"));
		report("b", "w:1", "1 10 ", "0 late\n");
		report("none", "w:1", "1 10 ", "0 never\n");
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	@Test
	void goesWithTheJob() {
		report("a", "w:1", "1 10 ", "0 one\n");
		report("b", "w:1", "1 10 ", "0 one\n");
		this.queue.settle(TestQueue.complete("a", "w:1"), TestQueue.keep("b", "w:1", 60_000, "ended"));
		assertThat(this.queue.redis().hkeys(this.queue.key("a"))).containsExactlyInAnyOrder("b:g", "b:t", "b:o");
		this.queue.delete("b");
		assertThat(this.queue.redis().exists(this.queue.key("a"))).isZero();
	}

	private void report(String id, String token, String progress, String lines) {
		this.queue.run(RedisScript.REPORT, "100", "16000", id, token, "4", progress, lines);
	}

	private void report(int maxLines, int maxBytes, String id, String lines) {
		this.queue.run(RedisScript.REPORT, String.valueOf(maxLines), String.valueOf(maxBytes), id, "w:1", "4", "",
				lines);
	}

	private List<String> texts(String id) {
		return ReportText.log(this.queue.attempts(id, "t")).stream().map(JobLogLine::text).toList();
	}

}
