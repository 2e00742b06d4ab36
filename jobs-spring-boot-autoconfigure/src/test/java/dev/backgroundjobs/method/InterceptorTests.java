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

package dev.backgroundjobs.method;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.aopalliance.aop.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Calls inside jobs, and retries in place around them.
 */
class InterceptorTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create();

	@Test
	void callOfAnotherJobInsideAJobEnqueues() {
		this.runner.withBean(Inner.class).withBean(Outer.class).run((context) -> {
			context.getBean(Outer.class).outer();
			Inner inner = context.getBean(Inner.class);
			await().untilAsserted(() -> assertThat(inner.ids()).hasSize(1));
			assertThat(inner.ids()).doesNotContainAnyElementsOf(context.getBean(Outer.class).ids());
			assertThat(inner.ids().get(0)).startsWith("inner~");
		});
	}

	@Test
	void callOfTheSameJobThroughItsProxyEnqueues() {
		this.runner.withBean(Countdown.class).run((context) -> {
			Countdown countdown = context.getBean(Countdown.class);
			countdown.from(3);
			await().untilAsserted(() -> assertThat(countdown.seen()).containsExactly(3, 2, 1));
			assertThat(countdown.ids()).doesNotHaveDuplicates().hasSize(3);
		});
	}

	@Test
	void callOnThisInsideAJobIsAPlainCall() {
		this.runner.withBean(Countdown.class).run((context) -> {
			Countdown countdown = context.getBean(Countdown.class);
			countdown.onThis();
			await().untilAsserted(() -> assertThat(countdown.ids()).hasSize(2));
			assertThat(countdown.ids().get(0)).isEqualTo(countdown.ids().get(1));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void retryInPlaceRunsInPlace(boolean retryInFront) {
		retrying(retryInFront).run((context) -> {
			Fragile fragile = context.getBean(Fragile.class);
			assertThat(retryIsInFront(fragile)).isEqualTo(retryInFront);
			JobHandle<Void> handle = fragile.succeedsAtThirdTry();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
			assertThat(fragile.runs()).hasSize(3).containsOnly(handle.id() + " 1");
			assertThat(enqueued(context)).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void attemptWhoseRetriesInPlaceAllFailHasFailed(boolean retryInFront) {
		retrying(retryInFront).run((context) -> {
			Fragile fragile = context.getBean(Fragile.class);
			assertThat(retryIsInFront(fragile)).isEqualTo(retryInFront);
			JobHandle<Void> handle = fragile.neverSucceeds();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
			assertThat(fragile.runs()).containsExactly(handle.id() + " 1", handle.id() + " 1", handle.id() + " 2",
					handle.id() + " 2");
			JobInfo info = handle.info();
			assertThat(info).isNotNull();
			assertThat(info.failures()).hasSize(2)
				.allSatisfy((failure) -> assertThat(failure.message()).isEqualTo("never"));
			assertThat(enqueued(context)).isEqualTo(1);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void callInsideAJobThatIsRetriedInPlaceEnqueues(boolean retryInFront) {
		retrying(retryInFront).run((context) -> {
			Fragile fragile = context.getBean(Fragile.class);
			assertThat(retryIsInFront(fragile)).isEqualTo(retryInFront);
			fragile.callsItself(2);
			await().untilAsserted(() -> assertThat(fragile.runs()).hasSize(3));
			assertThat(fragile.runs()).doesNotHaveDuplicates();
			assertThat(enqueued(context)).isEqualTo(3);
		});
	}

	private ApplicationContextRunner retrying(boolean retryInFront) {
		// the post-processor that comes last puts its advice in front
		int order = retryInFront ? 0 : Ordered.LOWEST_PRECEDENCE;
		return this.runner.withUserConfiguration(RetryConfiguration.class)
			.withBean("changeOfOrder", ChangeOfOrder.class, order);
	}

	private static boolean retryIsInFront(Object proxy) {
		List<String> advices = Arrays.stream(((Advised) proxy).getAdvisors())
			.map(Advisor::getAdvice)
			.map(Advice::getClass)
			.<String>map(Class::getSimpleName)
			.toList();
		assertThat(advices).contains("RetryAnnotationInterceptor", "BackgroundJobInterceptor")
			.filteredOn("JobCallMark"::equals)
			.hasSize(advices.size() - 2);
		return advices.indexOf("RetryAnnotationInterceptor") < advices.indexOf("BackgroundJobInterceptor");
	}

	private static long enqueued(ApplicationContext context) {
		return context.getBean(JobQueries.class).figures("default").counters().getOrDefault("enqueued", 0L);
	}

	static class Inner {

		private final List<String> ids = new CopyOnWriteArrayList<>();

		List<String> ids() {
			return this.ids;
		}

		@BackgroundJob("inner")
		void inner() {
			this.ids.add(JobContext.current().id());
		}

	}

	static class Outer {

		private final Inner inner;

		private final List<String> ids = new CopyOnWriteArrayList<>();

		Outer(Inner inner) {
			this.inner = inner;
		}

		List<String> ids() {
			return this.ids;
		}

		@BackgroundJob
		void outer() {
			this.ids.add(JobContext.current().id());
			this.inner.inner();
		}

	}

	static class Countdown {

		private final ObjectProvider<Countdown> self;

		private final List<Integer> seen = new CopyOnWriteArrayList<>();

		private final List<String> ids = new CopyOnWriteArrayList<>();

		Countdown(ObjectProvider<Countdown> self) {
			this.self = self;
		}

		List<Integer> seen() {
			return this.seen;
		}

		List<String> ids() {
			return this.ids;
		}

		@BackgroundJob
		void from(int number) {
			this.ids.add(JobContext.current().id());
			this.seen.add(number);
			if (number > 1) {
				this.self.getObject().from(number - 1);
			}
		}

		@BackgroundJob
		void onThis() {
			this.ids.add(JobContext.current().id());
			from(1);
		}

	}

	static class Fragile {

		private final ObjectProvider<Fragile> self;

		private final List<String> runs = new CopyOnWriteArrayList<>();

		Fragile(ObjectProvider<Fragile> self) {
			this.self = self;
		}

		List<String> runs() {
			return this.runs;
		}

		private void run() {
			this.runs.add(JobContext.current().id() + " " + JobContext.current().attempt());
		}

		@BackgroundJob
		@JobRetry(maxRetries = 0)
		@Retryable(maxRetries = 2, delay = 1)
		JobHandle<Void> succeedsAtThirdTry() {
			run();
			if (this.runs.size() < 3) {
				throw new IllegalStateException("not yet");
			}
			return JobHandle.completed();
		}

		@BackgroundJob
		@JobRetry(maxRetries = 1, delay = "1ms", jitter = "0ms")
		@Retryable(maxRetries = 1, delay = 1)
		JobHandle<Void> neverSucceeds() {
			run();
			throw new IllegalStateException("never");
		}

		@BackgroundJob
		@Retryable(maxRetries = 1, delay = 1)
		void callsItself(int times) {
			run();
			if (times > 0) {
				this.self.getObject().callsItself(times - 1);
			}
		}

	}

	@EnableResilientMethods(order = 100)
	@Configuration(proxyBeanMethods = false)
	static class RetryConfiguration {

		@Bean
		Fragile fragile(ObjectProvider<Fragile> self) {
			return new Fragile(self);
		}

	}

	/**
	 * Moves our post-processor in front of or behind that of the retries.
	 */
	static class ChangeOfOrder implements BeanPostProcessor, PriorityOrdered {

		private final int order;

		ChangeOfOrder(int order) {
			this.order = order;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof BackgroundJobBeanPostProcessor postProcessor) {
				postProcessor.setOrder(this.order);
			}
			return bean;
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
