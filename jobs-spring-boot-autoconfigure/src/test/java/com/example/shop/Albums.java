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

import java.time.Duration;
import java.util.List;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobChainHandle;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JoinPolicy;
import org.jspecify.annotations.Nullable;

class Albums {

	private final JobClient jobs;

	private final Images images;

	Albums(JobClient jobs, Images images) {
		this.jobs = jobs;
		this.images = images;
	}

	JobChainHandle<Void> publish(long id, List<String> files) {
		return this.jobs.all(files, (String file) -> this.images.scale(file, 300))
			.onFailure(JoinPolicy.SKIP)
			.within(Duration.ofHours(2))
			.then((List<Image> scaled) -> this.images.publish(id, scaled))
			.then(() -> this.images.tellOwner(id))
			.enqueue();
	}

	JobChainHandle<Void> prepare(long id) {
		return this.jobs.all(() -> this.images.index(id))
			.and(() -> this.images.backUp(id))
			.then(() -> this.images.tellOwner(id))
			.enqueue();
	}

	record Image(String file, int width) {

	}

	static class Images {

		@BackgroundJob("images")
		JobHandle<Image> scale(String file, int width) {
			return JobHandle.completed(new Image(file, width));
		}

		@BackgroundJob("albums")
		void publish(long id, List<@Nullable Image> images) {
		}

		@BackgroundJob("search")
		void index(long id) {
		}

		@BackgroundJob("archive")
		void backUp(long id) {
		}

		@BackgroundJob("mail")
		void tellOwner(long id) {
		}

	}

}
