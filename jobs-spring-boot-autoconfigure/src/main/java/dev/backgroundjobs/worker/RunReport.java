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

package dev.backgroundjobs.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import dev.backgroundjobs.core.JobReport;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a run has said of itself and nobody has been told yet: the latest progress, and as
 * many lines as are kept. Thread-safe.
 */
final class RunReport {

	private static final int MAX_MESSAGE = 500;

	private static final int MAX_LINE = 2000;

	private final JobRun run;

	private final JobReport.Limits limits;

	private final Consumer<JobRun> said;

	private JobReport.@Nullable Progress progress;

	private final Deque<JobReport.Line> lines = new ArrayDeque<>();

	private int chars;

	private volatile boolean spoken;

	RunReport(JobRun run, JobReport.Limits limits, Consumer<JobRun> said) {
		this.run = run;
		this.limits = limits;
		this.said = said;
	}

	void progress(long current, long total, @Nullable String message) {
		Assert.isTrue(current >= 0, () -> "'current' must not be negative: " + current);
		Assert.isTrue(total >= 0, () -> "'total' must not be negative: " + total);
		this.spoken = true;
		synchronized (this) {
			this.progress = new JobReport.Progress(current, total,
					(message != null) ? cut(message, MAX_MESSAGE) : null);
		}
		this.said.accept(this.run);
	}

	void log(String text) {
		Assert.notNull(text, "'text' must not be null");
		if (this.limits.maxLines() == 0) {
			return;
		}
		String line = cut(text, MAX_LINE);
		this.spoken = true;
		synchronized (this) {
			this.lines.add(new JobReport.Line(line, System.nanoTime()));
			this.chars += line.length();
			while (this.lines.size() > this.limits.maxLines() || this.chars > this.limits.maxBytes()) {
				this.chars -= this.lines.remove().text().length();
			}
		}
		this.said.accept(this.run);
	}

	private static String cut(String text, int most) {
		return (text.length() > most) ? text.substring(0, most) : text;
	}

	/**
	 * Whether the job has ever said anything.
	 */
	boolean isSpoken() {
		return this.spoken;
	}

	synchronized @Nullable JobReport take() {
		if (this.progress == null && this.lines.isEmpty()) {
			return null;
		}
		JobReport report = new JobReport(this.run.claimed(), this.progress, List.copyOf(this.lines));
		this.progress = null;
		this.lines.clear();
		this.chars = 0;
		return report;
	}

}
