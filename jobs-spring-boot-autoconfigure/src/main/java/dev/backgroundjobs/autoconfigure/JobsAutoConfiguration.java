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

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobInterceptor;
import dev.backgroundjobs.client.DefaultJobClient;
import dev.backgroundjobs.client.FanOutLimits;
import dev.backgroundjobs.client.JobArguments;
import dev.backgroundjobs.client.JobEnqueuer;
import dev.backgroundjobs.client.JobHandles;
import dev.backgroundjobs.client.JobSchedules;
import dev.backgroundjobs.client.JobSender;
import dev.backgroundjobs.client.JobTransactions;
import dev.backgroundjobs.client.KnownQueues;
import dev.backgroundjobs.context.MdcJobInterceptor;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobInterceptors;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.JobResults;
import dev.backgroundjobs.json.JacksonJobPayloadCodec;
import dev.backgroundjobs.method.BackgroundJobBeanPostProcessor;
import dev.backgroundjobs.method.JobCallMarkBeanPostProcessor;
import dev.backgroundjobs.method.JobDeclarations;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.method.MethodJobTypes;
import dev.backgroundjobs.method.SecuredJobs;
import dev.backgroundjobs.observation.ApplicationEventJobListener;
import dev.backgroundjobs.recurring.DeclaredSchedules;
import dev.backgroundjobs.schedule.ScheduleOperations;
import dev.backgroundjobs.transaction.CommitListener;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;

/**
 * Auto-configuration of job methods and of the client that takes their calls.
 */
@AutoConfiguration(after = { JacksonAutoConfiguration.class, JobsRedisAutoConfiguration.class,
		JobsTestModesAutoConfiguration.class })
@EnableConfigurationProperties(JobsProperties.class)
@Import(SecurityContextConfiguration.class)
public final class JobsAutoConfiguration {

	/** The record of a job counts them with two bytes. */
	private static final DataSize LARGEST_HEADERS = DataSize.ofKilobytes(63);

	private static final String SPRING_SECURITY = "org.springframework.security.core.userdetails.UserDetailsService";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static JobDeclarations jobDeclarations() {
		return new JobDeclarations();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BackgroundJobBeanPostProcessor backgroundJobBeanPostProcessor(ObjectProvider<JobDeclarations> declarations,
			ObjectProvider<JobMethodRegistry> registry, ObjectProvider<JobEnqueuer> enqueuer) {
		return new BackgroundJobBeanPostProcessor(declarations.getObject(), registry::getObject, enqueuer::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static JobCallMarkBeanPostProcessor jobCallMarkBeanPostProcessor() {
		return new JobCallMarkBeanPostProcessor();
	}

	@Bean
	JobMethodRegistry jobMethodRegistry(ConfigurableListableBeanFactory beanFactory, JobDeclarations declarations,
			JobsProperties properties) {
		return new JobMethodRegistry(beanFactory, declarations,
				new ConfiguredSettingsConfigurer(properties).configure());
	}

	@Bean
	@ConditionalOnMissingBean(type = "dev.backgroundjobs.context.SecurityJobInterceptor")
	SecuredJobs securedJobs(JobMethodRegistry methods, ConfigurableListableBeanFactory beanFactory) {
		return new SecuredJobs(methods, beanFactory);
	}

	@Bean
	@ConditionalOnMissingBean(JobPayloadCodec.class)
	JacksonJobPayloadCodec jobPayloadCodec(ObjectProvider<JsonMapper> mapper) {
		return new JacksonJobPayloadCodec(mapper.getIfUnique(JsonMapper::shared));
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "background-jobs.enabled", havingValue = false)
	DisabledJobStore disabledJobStore() {
		return new DisabledJobStore();
	}

	@Bean
	@ConditionalOnMissingBean
	ApplicationEventJobListener backgroundJobsEventListener(ApplicationContext context, JobsProperties properties) {
		int capacity = properties.getEvents().getCapacity();
		if (capacity < 1) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.events.capacity", capacity,
					"It must be at least 1.");
		}
		return new ApplicationEventJobListener(context, capacity);
	}

	/**
	 * What everybody but the store itself is given as operations.
	 */
	@Bean
	@Primary
	JobOperations backgroundJobsOperations(JobOperations store, JobQueries queries,
			ApplicationEventJobListener events) {
		return events.around(store, queries);
	}

	@Bean
	JobSender jobSender(JobQueue queue, ObjectProvider<JobListener> listeners,
			ObjectProvider<JobObservations> observations) {
		return new JobSender(queue, listeners.orderedStream().toList(),
				observations.getIfUnique(() -> JobObservations.NONE));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CommitListener backgroundJobsCommitListener() {
		return new CommitListener();
	}

	@Bean
	JobTransactions jobTransactions(JobSender sender, JobsProperties properties, ApplicationEventPublisher events,
			ObjectProvider<PlatformTransactionManager> managers) {
		return new JobTransactionsConfigurer(properties).configure(sender, events, managers);
	}

	@Bean
	JobInterceptors jobInterceptors(ObjectProvider<JobInterceptor> interceptors, JobsProperties properties,
			ResourceLoader resources) {
		ContextProperties context = properties.getContext();
		if (context.isSecurity() && !ClassUtils.isPresent(SPRING_SECURITY, resources.getClassLoader())) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.context.security", true,
					"It needs Spring Security (spring-security-core), which is not on the classpath.");
		}
		return new JobInterceptors(() -> Stream
			.concat(context.getMdc().isEmpty() ? Stream.empty() : Stream.of(new MdcJobInterceptor(context.getMdc())),
					interceptors.orderedStream())
			.toList());
	}

	@Bean
	JobArguments jobArguments(JobPayloadCodec codec, JobsProperties properties) {
		long maxHeaders = properties.getJob().getMaxHeaders().toBytes();
		if (maxHeaders < 0 || maxHeaders > LARGEST_HEADERS.toBytes()) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.job.max-headers",
					properties.getJob().getMaxHeaders(), "It must be between 0B and " + LARGEST_HEADERS + ".");
		}
		return new JobArguments(codec, properties.getJob().getMaxPayload().toBytes(), maxHeaders);
	}

	@Bean
	JobResults jobResults(JobPayloadCodec codec, JobsProperties properties) {
		return new JobResults(codec, properties.getJob().getMaxResult().toBytes());
	}

	@Bean
	JobMethodInvoker jobMethodInvoker(JobMethodRegistry methods, JobPayloadCodec codec, JobInterceptors interceptors,
			JobResults results) {
		return new JobMethodInvoker(methods, codec, interceptors, results);
	}

	@Bean
	JobHandles jobHandles(JobOperations operations, JobQueries queries, JobEnds ends, JobResults results) {
		return new JobHandles(operations, queries, ends, results);
	}

	@Bean
	JobEnqueuer jobEnqueuer(JobSender sender, JobHandles handles, JobArguments arguments, JobInterceptors interceptors,
			JobTransactions transactions, KnownQueues knownQueues, FanOutLimits fanOutLimits) {
		return new JobEnqueuer(sender, handles, arguments, interceptors, transactions, knownQueues, fanOutLimits);
	}

	@Bean
	FanOutLimits fanOutLimits(JobsProperties properties) {
		FanOutProperties fanOut = properties.getFanOut();
		if (fanOut.getMaxChildren() < 1 || fanOut.getMaxChildren() > FanOutLimits.MOST_CHILDREN) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.fan-out.max-children",
					fanOut.getMaxChildren(), "It must be between 1 and " + FanOutLimits.MOST_CHILDREN + ".");
		}
		if (fanOut.getDeadline().toMillis() <= 0) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.fan-out.deadline",
					fanOut.getDeadline(), "It must be at least 1ms: no job waits for ever.");
		}
		return new FanOutLimits(fanOut.getMaxChildren(), fanOut.getDeadline());
	}

	@Bean
	KnownQueues knownQueues(JobMethodRegistry methods, JobsProperties properties) {
		return new KnownQueues(SingletonSupplier.of(() -> queues(methods, properties)));
	}

	private static Set<String> queues(JobMethodRegistry methods, JobsProperties properties) {
		Set<String> known = new HashSet<>(properties.getQueues().keySet());
		known.addAll(properties.getWorker().getQueues());
		known.remove("*");
		methods.all().forEach((method) -> known.add(method.definition().queue()));
		return known;
	}

	@Bean
	DeclaredSchedules declaredSchedules(JobMethodRegistry methods, JobPayloadCodec codec, JobsProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		ScheduleConfigurer configurer = new ScheduleConfigurer(properties);
		return new DeclaredSchedules(methods, codec, configurer.settings(), configurer.defaults(),
				beanFactory::resolveEmbeddedValue);
	}

	@Bean
	JobSchedules jobSchedules(JobEnqueuer enqueuer, ObjectProvider<ScheduleOperations> operations,
			JobsProperties properties) {
		return new JobSchedules(enqueuer, operations::getObject, new ScheduleConfigurer(properties).defaults());
	}

	@Bean
	MethodJobTypes jobTypes(JobMethodRegistry methods, JobsProperties properties, Environment environment) {
		return new MethodJobTypes(methods, new ConfiguredSettingsConfigurer(properties).configure(),
				(property) -> environment.containsProperty(property) || environment.containsProperty(property + "[0]"));
	}

	@Bean
	@ConditionalOnMissingBean(JobClient.class)
	DefaultJobClient jobClient(JobEnqueuer enqueuer, JobHandles handles, JobOperations operations, JobQueries queries,
			JobSchedules schedules) {
		return new DefaultJobClient(enqueuer, handles, operations, queries, schedules);
	}

}
