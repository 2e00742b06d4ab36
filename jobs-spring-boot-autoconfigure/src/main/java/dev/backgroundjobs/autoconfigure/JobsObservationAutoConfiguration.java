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

import java.util.stream.Stream;

import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobObservations;
import dev.backgroundjobs.observation.DelayedJobTracingObservationHandler;
import dev.backgroundjobs.observation.MicrometerJobObservations;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of observations, which carry traces from calls to jobs.
 */
@AutoConfiguration(after = JobsRedisAutoConfiguration.class, before = JobsAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnClass({ ObservationRegistry.class, MeterObservationHandler.class })
@ConditionalOnBean({ ObservationRegistry.class, JobClaims.class })
public final class JobsObservationAutoConfiguration {

	/**
	 * An observation costs more than a kilobyte per job: none is made for meters alone,
	 * which are recorded without.
	 */
	@Bean
	@ConditionalOnMissingBean(JobObservations.class)
	JobObservations backgroundJobsObservations(ObservationRegistry registry, ListableBeanFactory beanFactory) {
		return isListenedTo(registry, beanFactory) ? new MicrometerJobObservations(registry) : JobObservations.NONE;
	}

	private static boolean isListenedTo(ObservationRegistry registry, ListableBeanFactory beanFactory) {
		if (registry.getClass() != ObservationRegistry.create().getClass()) {
			// its handlers need not be beans
			return !registry.isNoop();
		}
		return Stream.of(beanFactory.getBeanNamesForType(ObservationHandler.class, true, false))
			.anyMatch((name) -> !beanFactory.isTypeMatch(name, MeterObservationHandler.class));
	}

	/**
	 * Links where there are traces.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	@ConditionalOnBean({ Tracer.class, Propagator.class, PropagatingReceiverTracingObservationHandler.class })
	static class TracingConfiguration {

		/** In front of the handler that continues traces. */
		@Bean
		@Order(0)
		DelayedJobTracingObservationHandler backgroundJobsDelayedJobTracingObservationHandler(Tracer tracer,
				Propagator propagator) {
			return new DelayedJobTracingObservationHandler(tracer, propagator);
		}

	}

}
