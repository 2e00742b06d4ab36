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

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobListener;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.core.WorkerRegistry;
import dev.backgroundjobs.listener.JobListenerContainerRegistry;
import dev.backgroundjobs.method.JobMethodInvoker;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.recurring.DeclaredSchedules;
import dev.backgroundjobs.recurring.RecurringJobScheduler;
import dev.backgroundjobs.schedule.RecurringJobStore;
import dev.backgroundjobs.worker.DefaultJobListenerContainerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the worker.
 */
@AutoConfiguration(after = JobsAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "background-jobs.worker.enabled", matchIfMissing = true)
@ConditionalOnBean(JobClaims.class)
public final class JobsWorkerAutoConfiguration {

	private final boolean virtualThreads;

	private final String application;

	JobsWorkerAutoConfiguration(Environment environment) {
		this.virtualThreads = Threading.VIRTUAL.isActive(environment);
		this.application = environment.getProperty("spring.application.name", "");
	}

	@Bean
	static LazyInitializationExcludeFilter backgroundJobsLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(JobListenerContainerRegistry.class,
				RecurringJobScheduler.class);
	}

	@Bean
	DefaultJobListenerContainerRegistry jobListenerContainerRegistry(JobsProperties properties,
			JobMethodRegistry methods, JobMethodInvoker invoker, JobClaims claims, WorkerRegistry workers,
			ObjectProvider<JobListener> listeners, ObjectProvider<JobObservations> observations) {
		WorkerOptionsConfigurer configurer = new WorkerOptionsConfigurer(properties, this.virtualThreads);
		return new DefaultJobListenerContainerRegistry(() -> configurer.configure(methods.all()), methods, invoker,
				claims, workers, listeners.orderedStream().toList(),
				observations.getIfUnique(() -> JobObservations.NONE));
	}

	@Bean
	RecurringJobScheduler recurringJobScheduler(DeclaredSchedules declared, RecurringJobStore store,
			ObjectProvider<JobListener> listeners, JobsProperties properties) {
		return new RecurringJobScheduler(declared, store, listeners.orderedStream().toList(), this.application,
				properties.getWorker().getLease(), new ScheduleConfigurer(properties).keepUndeclared());
	}

}
