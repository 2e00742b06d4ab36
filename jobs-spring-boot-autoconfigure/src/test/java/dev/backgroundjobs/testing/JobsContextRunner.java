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

package dev.backgroundjobs.testing;

import java.util.UUID;

import dev.backgroundjobs.autoconfigure.JobsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsRedisAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsTestModesAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsWorkerAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Contexts with background jobs on a Redis, each in a namespace of its own.
 */
public final class JobsContextRunner {

	private JobsContextRunner() {
	}

	/**
	 * A runner on the shared Redis.
	 * @return the runner
	 */
	public static ApplicationContextRunner create() {
		return on(RedisServer.shared());
	}

	/**
	 * A runner without any Redis, for the modes that need none.
	 * @return the runner
	 */
	public static ApplicationContextRunner withoutRedis() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				JobsAutoConfiguration.class, JobsRedisAutoConfiguration.class, JobsTestModesAutoConfiguration.class,
				JobsWorkerAutoConfiguration.class));
	}

	/**
	 * A runner on a Redis of the test's own.
	 * @param redis the server
	 * @return the runner
	 */
	public static ApplicationContextRunner on(RedisServer redis) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class,
					JobsAutoConfiguration.class, JobsRedisAutoConfiguration.class, JobsWorkerAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.host=" + redis.host(), "spring.data.redis.port=" + redis.port(),
					"background-jobs.namespace=test-" + UUID.randomUUID());
	}

}
