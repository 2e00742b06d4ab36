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

package dev.backgroundjobs.test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;

/**
 * The steps of an upload, in three queues.
 */
class ChainJobs {

	private final List<String> log = new CopyOnWriteArrayList<>();

	private volatile int failures;

	List<String> log() {
		return this.log;
	}

	void failNext(int attempts) {
		this.failures = attempts;
	}

	@BackgroundJob("video")
	@JobRetry(maxRetries = 0)
	JobHandle<Transcoded> transcode(String id) {
		this.log.add("transcode " + id);
		if (this.failures > 0) {
			this.failures--;
			throw new IllegalStateException("no codec");
		}
		return JobHandle.completed(new Transcoded(id + ".webm", 1080));
	}

	@BackgroundJob("image")
	JobHandle<List<String>> thumbnails(int number, Transcoded video, String format) {
		this.log.add("thumbnails of " + video + " as " + format);
		return JobHandle
			.completed(IntStream.range(0, number).mapToObj((k) -> video.file() + "." + k + "." + format).toList());
	}

	@BackgroundJob("video")
	JobHandle<String> publish(List<String> files) {
		this.log.add("publish " + files);
		return JobHandle.completed("https://videos.example.org/" + files.get(0));
	}

	@BackgroundJob("mail")
	JobHandle<Void> notifyStudents(String id) {
		this.log.add("notify of " + id);
		return JobHandle.completed();
	}

	@BackgroundJob("video")
	JobHandle<byte[]> unbounded() {
		this.log.add("unbounded");
		return JobHandle.completed(new byte[10_000]);
	}

	@BackgroundJob("video")
	void store(byte[] bytes) {
		this.log.add("store");
	}

	/**
	 * A video that can be shown.
	 */
	record Transcoded(String file, int height) {

	}

}
