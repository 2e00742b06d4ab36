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

package dev.backgroundjobs.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why there are no connections.
 */
final class NoLettuceConnectionFactoryFailureAnalyzer
		extends AbstractFailureAnalyzer<NoLettuceConnectionFactoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoLettuceConnectionFactoryException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Use Lettuce (io.lettuce:lettuce-core, part of spring-boot-starter-data-redis) rather than Jedis, "
						+ "leave spring.data.redis.client-type unset, and if there are several connection factories mark one "
						+ "with @Primary, or the one for background jobs with @BackgroundJobsRedis and "
						+ "@Bean(defaultCandidate = false)",
				cause);
	}

}
