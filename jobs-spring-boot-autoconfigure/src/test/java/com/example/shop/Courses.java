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

package com.example.shop;

import java.util.List;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;

class Courses {

	private final JobClient jobs;

	private final Videos videos;

	Courses(JobClient jobs, Videos videos) {
		this.jobs = jobs;
		this.videos = videos;
	}

	JobChainHandle<Void> publish(long id) {
		return this.jobs.chain(() -> this.videos.transcode(id))
			.then((Transcoded video) -> this.videos.thumbnails(video, 3))
			.then(() -> this.videos.notifyStudents(id))
			.enqueue();
	}

	record Transcoded(String file, int seconds) {

	}

	static class Videos {

		@BackgroundJob("video")
		JobHandle<Transcoded> transcode(long id) {
			return JobHandle.completed(new Transcoded(id + ".webm", 90));
		}

		@BackgroundJob("images")
		JobHandle<List<String>> thumbnails(Transcoded video, int number) {
			return JobHandle.completed(List.of(video.file() + ".png"));
		}

		@BackgroundJob("mail")
		void notifyStudents(long id) {
		}

	}

}
