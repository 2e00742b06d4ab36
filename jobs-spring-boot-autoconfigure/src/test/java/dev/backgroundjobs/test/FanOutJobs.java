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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import org.jspecify.annotations.Nullable;

/**
 * An album: images of several sizes are made beside each other, then it is published.
 */
class FanOutJobs {

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final Set<Integer> failing = ConcurrentHashMap.newKeySet();

	List<String> log() {
		return this.log;
	}

	void fail(int width) {
		this.failing.add(width);
	}

	void mend() {
		this.failing.clear();
	}

	@BackgroundJob("image")
	@JobRetry(maxRetries = 0)
	JobHandle<Image> scale(String file, int width) {
		if (this.failing.contains(width)) {
			throw new IllegalStateException("no room");
		}
		return JobHandle.completed(new Image(file, width));
	}

	@BackgroundJob("album")
	JobHandle<Image> original(String file) {
		return JobHandle.completed(new Image(file, 4000));
	}

	@BackgroundJob("image")
	void index(String file) {
		this.log.add("index " + file);
	}

	@BackgroundJob("album")
	JobHandle<String> publish(String name, List<@Nullable Image> images) {
		this.log.add("publish " + name + images);
		return JobHandle.completed(name + images.size());
	}

	@BackgroundJob("mail")
	JobHandle<Void> tell(String album) {
		this.log.add("tell " + album);
		return JobHandle.completed();
	}

	@BackgroundJob("image")
	JobHandle<String> raw(int bytes) {
		return JobHandle.completed("x".repeat(bytes));
	}

	@BackgroundJob("mail")
	void list(List<@Nullable String> files) {
		this.log.add("list " + files.size());
	}

	/**
	 * An image.
	 */
	record Image(String file, int width) {

		@Override
		public String toString() {
			return this.file + "@" + this.width;
		}

	}

}
