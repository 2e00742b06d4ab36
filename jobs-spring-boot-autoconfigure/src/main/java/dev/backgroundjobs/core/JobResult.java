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

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What a job has left behind: its result as JSON, or why that could not be kept.
 *
 * @param json the result, or {@code null}
 * @param problem why there is none, or {@code null}
 */
public record JobResult(byte @Nullable [] json, @Nullable String problem) {

	/**
	 * A result.
	 * @param json the result, as a {@link JobPayloadCodec} has written it
	 * @return the result
	 */
	public static JobResult of(byte[] json) {
		return new JobResult(json, null);
	}

	/**
	 * A result that could not be kept.
	 * @param problem why
	 * @return no result
	 */
	public static JobResult notKept(String problem) {
		return new JobResult(null, problem);
	}

	/**
	 * The result, or why there is none, for those who look at it.
	 * @return a text
	 */
	public String text() {
		return (this.json != null) ? new String(this.json, StandardCharsets.UTF_8) : String.valueOf(this.problem);
	}

	@Override
	public String toString() {
		return (this.json != null) ? this.json.length + " bytes" : "not kept: " + this.problem;
	}

}
