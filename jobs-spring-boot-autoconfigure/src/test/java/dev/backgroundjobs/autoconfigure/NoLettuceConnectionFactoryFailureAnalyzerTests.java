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

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The one connection factory that is needed.
 */
class NoLettuceConnectionFactoryFailureAnalyzerTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create();

	@Test
	void jedisIsExplained() {
		this.runner.withPropertyValues("spring.data.redis.client-type=jedis").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("is a JedisConnectionFactory");
			assertThat(analysis.getAction()).contains("Use Lettuce")
				.contains("leave spring.data.redis.client-type unset");
		});
	}

	@Test
	void missingConnectionFactoryIsExplained() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, JobsAutoConfiguration.class,
					JobsRedisAutoConfiguration.class))
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("there is no single RedisConnectionFactory bean");
				assertThat(analysis.getAction()).contains("spring-boot-starter-data-redis");
			});
	}

	@Test
	void twoConnectionFactoriesAreExplained() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.contains("there is no single RedisConnectionFactory bean, but: first, second");
			assertThat(analysis.getAction()).contains("mark one with @Primary")
				.contains("the one for background jobs with @BackgroundJobsRedis and @Bean(defaultCandidate = false)");
		});
	}

	@Test
	void twoQualifiedConnectionFactoriesAreExplained() {
		this.runner.withUserConfiguration(TwoQualifiedConnectionFactories.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("there is no single RedisConnectionFactory bean, but:")
				.contains("one")
				.contains("other");
		});
	}

	@Test
	void primaryConnectionFactoryIsTaken() {
		this.runner.withUserConfiguration(OnePrimaryConnectionFactory.class)
			.run((context) -> assertThat(context.getBean(JobClient.class).find("mail~0~unknown")).isNull());
	}

	private static FailureAnalysis analyze(@Nullable Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new NoLettuceConnectionFactoryFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		return analysis;
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConnectionFactories {

		@Bean
		LettuceConnectionFactory first() {
			return new LettuceConnectionFactory("localhost", 1);
		}

		@Bean
		LettuceConnectionFactory second() {
			return new LettuceConnectionFactory("localhost", 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoQualifiedConnectionFactories {

		@Bean(defaultCandidate = false)
		@BackgroundJobsRedis
		LettuceConnectionFactory one() {
			return new LettuceConnectionFactory("localhost", 1);
		}

		@Bean(defaultCandidate = false)
		@BackgroundJobsRedis
		LettuceConnectionFactory other() {
			return new LettuceConnectionFactory("localhost", 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnePrimaryConnectionFactory {

		@Bean
		LettuceConnectionFactory nobody() {
			return new LettuceConnectionFactory("localhost", 1);
		}

		@Bean
		@Primary
		LettuceConnectionFactory shared() {
			RedisServer redis = RedisServer.shared();
			return new LettuceConnectionFactory(redis.host(), redis.port());
		}

	}

}
