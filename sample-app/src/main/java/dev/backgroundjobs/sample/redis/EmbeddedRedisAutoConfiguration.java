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

package dev.backgroundjobs.sample.redis;

import dev.backgroundjobs.sample.SampleProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * The embedded Redis, unless properties name another or a container is one. Connections
 * are made from the details, so the server answers before the first and outlives the
 * last.
 */
@AutoConfiguration(before = DataRedisAutoConfiguration.class,
		afterName = "org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration")
@Conditional(NoRedisNamedCondition.class)
@ConditionalOnMissingBean(DataRedisConnectionDetails.class)
class EmbeddedRedisAutoConfiguration {

	@Bean
	@ConditionalOnBooleanProperty("sample.embedded-redis.start")
	EmbeddedRedis embeddedRedis(SampleProperties properties) {
		return EmbeddedRedis.start(properties.embeddedRedis().port());
	}

	@Bean
	EmbeddedRedisConnectionDetails embeddedRedisConnectionDetails(ObjectProvider<EmbeddedRedis> embeddedRedis,
			SampleProperties properties) {
		EmbeddedRedis redis = embeddedRedis.getIfAvailable();
		return new EmbeddedRedisConnectionDetails((redis != null) ? redis.port() : properties.embeddedRedis().port());
	}

	/**
	 * Where the embedded Redis is.
	 *
	 * @param port its port
	 */
	record EmbeddedRedisConnectionDetails(int port) implements DataRedisConnectionDetails {

		@Override
		public Standalone getStandalone() {
			return Standalone.of("localhost", this.port);
		}

	}

}
