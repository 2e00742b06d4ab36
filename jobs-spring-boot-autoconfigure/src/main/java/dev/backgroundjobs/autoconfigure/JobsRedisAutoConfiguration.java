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

import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.redis.RedisConnections;
import dev.backgroundjobs.redis.RedisDeploymentReader;
import dev.backgroundjobs.redis.RedisJobQueries;
import dev.backgroundjobs.redis.RedisJobStore;
import dev.backgroundjobs.redis.RedisRecurringJobStore;
import dev.backgroundjobs.redis.RedisScheduleOperations;
import dev.backgroundjobs.redis.RedisWorkerRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of the store on Redis.
 */
@AutoConfiguration(after = DataRedisAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "background-jobs.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(JobQueue.class)
@EnableConfigurationProperties(JobsProperties.class)
public final class JobsRedisAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(JobsRedisAutoConfiguration.class);

	private final JobsProperties properties;

	private final String namespace;

	JobsRedisAutoConfiguration(JobsProperties properties, Environment environment) {
		this.properties = properties;
		this.namespace = namespace(properties, environment);
	}

	private static String namespace(JobsProperties properties, Environment environment) {
		String namespace = StringUtils.hasText(properties.getNamespace()) ? properties.getNamespace()
				: environment.getProperty("spring.application.name");
		if (!StringUtils.hasText(namespace)) {
			logger.warn("Jobs are kept in the namespace 'application', which other applications may use too: set "
					+ "spring.application.name or background-jobs.namespace");
			return "application";
		}
		checkNamespace(namespace, StringUtils.hasText(properties.getNamespace()));
		return namespace;
	}

	private static void checkNamespace(String namespace, boolean own) {
		try {
			RedisConnections.checkNamespace(namespace);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException(
					own ? "background-jobs.namespace" : "spring.application.name", namespace,
					own ? String.valueOf(ex.getMessage())
							: ex.getMessage() + ". Jobs are kept under the application's name unless there is another: "
									+ "set background-jobs.namespace");
		}
	}

	@Bean
	RedisConnections backgroundJobsConnections(ObjectProvider<RedisConnectionFactory> factories,
			@BackgroundJobsRedis ObjectProvider<RedisConnectionFactory> qualified, ListableBeanFactory beanFactory) {
		ObjectProvider<RedisConnectionFactory> candidates = qualified.stream().findAny().isPresent() ? qualified
				: factories;
		RedisConnectionFactory factory = candidates.getIfUnique();
		if (!(factory instanceof LettuceConnectionFactory lettuce)) {
			throw new NoLettuceConnectionFactoryException(factory,
					beanFactory.getBeanNamesForType(RedisConnectionFactory.class));
		}
		return new RedisConnections(lettuce, this.namespace, this.properties.getWorker().getLease());
	}

	@Bean
	RedisJobStore backgroundJobsStore(RedisConnections connections) {
		return new RedisJobStore(connections, this.namespace, new StoreOptionsConfigurer(this.properties).configure(),
				new QueueCapacityConfigurer(this.properties).configure(),
				new QueuePartitionsConfigurer(this.properties).configure());
	}

	@Bean
	RedisJobQueries backgroundJobsQueries(RedisConnections connections, ObjectProvider<JobMethodRegistry> methods) {
		return new RedisJobQueries(connections, this.namespace,
				(name, queue) -> methods.getObject().maxRetries(name, queue));
	}

	@Bean
	RedisDeploymentReader backgroundJobsDeploymentReader(RedisConnections connections) {
		return new RedisDeploymentReader(connections, this.namespace);
	}

	@Bean
	RedisRecurringJobStore backgroundJobsRecurringStore(RedisConnections connections) {
		return new RedisRecurringJobStore(connections, this.namespace,
				this.properties.getWorker().getRefusalInterval());
	}

	@Bean
	RedisScheduleOperations backgroundJobsScheduleOperations(RedisConnections connections) {
		return new RedisScheduleOperations(connections, this.namespace,
				this.properties.getWorker().getRefusalInterval());
	}

	@Bean
	RedisWorkerRegistry backgroundJobsWorkerRegistry(RedisConnections connections) {
		return new RedisWorkerRegistry(connections, this.namespace,
				new QueuePartitionsConfigurer(this.properties).configure());
	}

	@Bean
	SmartInitializingSingleton backgroundJobsDeadJoins(RedisJobStore store, ObjectProvider<JobListener> listeners) {
		return () -> listeners.orderedStream()
			.forEach((listener) -> store.listenToDeadJoinsWithoutWorker(listener::joinDied));
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "background-jobs.worker.enabled", havingValue = false)
	SmartInitializingSingleton backgroundJobsProducerAnnouncement(RedisWorkerRegistry registry) {
		return () -> logger.info("Enqueueing in {}; this process runs no jobs", registry.location());
	}

}
