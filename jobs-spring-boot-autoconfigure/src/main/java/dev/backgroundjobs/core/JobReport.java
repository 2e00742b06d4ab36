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

package dev.backgroundjobs.core;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a running job has said of itself since the last time.
 *
 * @param claimed the job
 * @param progress how far it has come, or {@code null} if it has not said so
 * @param log new lines of its log
 */
public record JobReport(ClaimedJob claimed, @Nullable Progress progress, List<Line> log) {

	/**
	 * How far a job has come.
	 *
	 * @param current how much is done
	 * @param total how much there is in all, or 0
	 * @param message what it is doing
	 */
	public record Progress(long current, long total, @Nullable String message) {

	}

	/**
	 * A line of a job's log.
	 *
	 * @param text the line
	 * @param saidAt when, by {@link System#nanoTime()}
	 */
	public record Line(String text, long saidAt) {

	}

	/**
	 * How much of a log is kept.
	 *
	 * @param maxLines how many lines
	 * @param maxBytes how many bytes
	 */
	public record Limits(int maxLines, int maxBytes) {

	}

}
