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

package dev.backgroundjobs.sample.signup;

import java.util.List;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * The latest runs of the clean-up, whichever process they ran in.
 */
@Component
final class CleanupRuns {

	private static final int LATEST = 10;

	private final StringRedisTemplate redis;

	private final JsonMapper mapper;

	private final String key;

	CleanupRuns(StringRedisTemplate redis, JsonMapper mapper, @Value("${spring.application.name}") String application) {
		this.redis = redis;
		this.mapper = mapper;
		this.key = application + ":cleanups";
	}

	void add(CleanupRun run) {
		this.redis.opsForList().leftPush(this.key, this.mapper.writeValueAsString(run));
		this.redis.opsForList().trim(this.key, 0, LATEST - 1);
	}

	/**
	 * The latest runs.
	 * @return the runs, newest first
	 */
	List<CleanupRun> latest() {
		return this.redis.opsForList()
			.range(this.key, 0, LATEST - 1)
			.stream()
			.map((run) -> this.mapper.readValue(run, CleanupRun.class))
			.toList();
	}

}
