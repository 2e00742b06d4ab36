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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.backgroundjobs.JobLogLine;
import dev.backgroundjobs.JobProgress;
import dev.backgroundjobs.core.JobReport;
import org.jspecify.annotations.Nullable;

/**
 * What jobs say of themselves as text. The script that stores it writes when it was said
 * in front.
 */
final class ReportText {

	private static final int NANOS_OF_A_MILLI = 1_000_000;

	private ReportText() {
	}

	/**
	 * What the script is told.
	 */
	static byte[][] arguments(List<JobReport> reports, JobReport.Limits limits) {
		List<byte[]> arguments = new ArrayList<>(2 + 5 * reports.size());
		arguments.add(RedisConnection.bytes(limits.maxLines()));
		arguments.add(RedisConnection.bytes(limits.maxBytes()));
		long now = System.nanoTime();
		for (JobReport report : reports) {
			arguments.add(RedisConnection.bytes(report.claimed().job().id().local()));
			arguments.add(RedisConnection.bytes(report.claimed().token()));
			arguments.add(RedisConnection.bytes(report.claimed().attempts().attempt()));
			arguments.add(RedisConnection.bytes(encode(report.progress())));
			arguments.add(RedisConnection.bytes(encode(report.log(), now)));
		}
		return arguments.toArray(byte[][]::new);
	}

	static String encode(JobReport.@Nullable Progress progress) {
		if (progress == null) {
			return "";
		}
		return progress.current() + " " + progress.total() + " "
				+ ((progress.message() != null) ? progress.message() : "");
	}

	static @Nullable JobProgress progress(@Nullable String stored) {
		if (stored == null) {
			return null;
		}
		String[] parts = stored.split(" ", 4);
		return new JobProgress(Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3].isEmpty() ? null : parts[3],
				Instant.ofEpochMilli(Long.parseLong(parts[0])));
	}

	static String encode(List<JobReport.Line> lines, long now) {
		StringBuilder text = new StringBuilder();
		for (JobReport.Line line : lines) {
			text.append(Math.max(0, (now - line.saidAt()) / NANOS_OF_A_MILLI))
				.append(' ')
				.append(FailureText.inOneLine(line.text()))
				.append('\n');
		}
		return text.toString();
	}

	static List<JobLogLine> log(@Nullable String stored) {
		if (stored == null || stored.isEmpty()) {
			return List.of();
		}
		return Arrays.stream(stored.split("\n")).map((line) -> line.split(" ", 3)).map(ReportText::line).toList();
	}

	private static JobLogLine line(String[] parts) {
		return new JobLogLine(Integer.parseInt(parts[1]), Instant.ofEpochMilli(Long.parseLong(parts[0])),
				FailureText.outOfOneLine(parts[2]));
	}

}
