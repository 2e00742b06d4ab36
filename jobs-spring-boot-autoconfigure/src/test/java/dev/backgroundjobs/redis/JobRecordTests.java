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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Jobs as bytes, of this version, of older ones and of newer ones.
 */
class JobRecordTests {

	private static final JobId ID = JobId.parse("mail~0~order-42");

	private static final String TIMES = "\0\0\0\0\0\1\0\0\0\0\0\2";

	@Test
	void whatIsWrittenIsRead() throws Exception {
		Job job = job(Map.of("traceparent", "00-4bf9-01", "kunde", "Müller & Söhne", "leer", ""));
		JobRecord read = JobRecord.decode(ID, stored(JobRecord.encode(job, Duration.ofMinutes(3))));
		assertThat(read.job()).usingRecursiveComparison().isEqualTo(job);
		assertThat(read.due()).isEqualTo(Instant.ofEpochMilli(1));
		assertThat(read.enqueued()).isEqualTo(Instant.ofEpochMilli(2));
	}

	@Test
	void jobWithoutHeadersTakesNoBytesForThemAndIsReadAsBefore() throws Exception {
		byte[] withoutHeaders = bytes("01\1" + "\0\4send" + "\0\0" + "[7]");
		assertThat(JobRecord.encode(job(Map.of()), null)).isEqualTo(withoutHeaders);
		assertThat(JobRecord.decode(ID, stored(withoutHeaders)).job()).usingRecursiveComparison()
			.isEqualTo(job(Map.of()));
	}

	@Test
	void headersOfANewerVersionAreNotGuessedAt() {
		byte[] newer = stored(bytes("01\1" + "\0\4send" + "\0\5" + "2????" + "[7]"));
		assertThatExceptionOfType(JobRecord.UnreadableRecordException.class)
			.isThrownBy(() -> JobRecord.decode(ID, newer))
			.withMessage("The headers of job 'mail~0~order-42' were written by a newer version");
	}

	@Test
	void headersThatEndTooEarlyAreNoHeaders() {
		byte[] broken = stored(bytes("01\1" + "\0\4send" + "\0\5" + "1\3abc" + "[7]"));
		assertThatExceptionOfType(JobRecord.UnreadableRecordException.class)
			.isThrownBy(() -> JobRecord.decode(ID, broken))
			.withMessageContaining("cannot be read");
	}

	@Test
	void recordOfAnEndedJobHasNeitherArgumentsNorHeaders() throws Exception {
		JobRecord record = new JobRecord(job(Map.of("tenant", "acme")), Instant.ofEpochMilli(1),
				Instant.ofEpochMilli(2), null);
		Job ended = JobRecord.decode(ID, record.encodeEnded()).job();
		assertThat(ended.arguments()).isEmpty();
		assertThat(ended.headers()).isEmpty();
	}

	@Test
	void resultStandsInThePlaceOfTheArguments() throws Exception {
		for (JobResult result : List.of(JobResult.of(bytes("{\"pages\":7}")), JobResult.notKept("too large"))) {
			JobRecord record = new JobRecord(job(Map.of()), Instant.ofEpochMilli(1), Instant.ofEpochMilli(2), result);
			JobRecord kept = JobRecord.decode(ID, record.encodeEnded());
			assertThat(kept).usingRecursiveComparison().ignoringFields("job.arguments").isEqualTo(record);
			assertThat(kept.job().arguments()).isEmpty();
		}
	}

	private static Job job(Map<String, String> headers) {
		return new Job(ID, "send", bytes("[7]"), true, JobPriority.HIGH, headers);
	}

	/** What the script that stores a record makes of it. */
	private static byte[] stored(byte[] sent) {
		String record = new String(sent, StandardCharsets.ISO_8859_1);
		return bytes(record.substring(0, 3) + TIMES + record.substring(3));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
