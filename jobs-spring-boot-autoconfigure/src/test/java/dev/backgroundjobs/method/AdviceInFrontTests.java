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

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Advice that stands in front of ours and does not simply pass a job on.
 */
class AdviceInFrontTests {

	@ParameterizedTest
	@EnumSource(Manner.class)
	void jobThatDoesNotComeThroughFailsWithWordsAndIsNotEnqueuedAgain(Manner manner) {
		JobsContextRunner.create()
			.withBean(InFront.class, () -> new InFront(manner))
			.withBean(Orders.class)
			.run((context) -> {
				Orders orders = context.getBean(Orders.class);
				JobHandle<Void> handle = orders.ship(1);
				await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.DEAD));
				JobInfo info = handle.info();
				assertThat(info).isNotNull();
				assertThat(info.failures()).singleElement().satisfies((failure) -> {
					assertThat(failure.type()).isEqualTo(NonRetryableJobException.class.getName());
					assertThat(failure.message()).contains("Orders.ship(int) was not run")
						.contains("to another thread");
				});
				assertThat(context.getBean(JobQueries.class).figures("default").counters()).containsEntry("enqueued",
						1L);
				assertThat(orders.shipped()).isEmpty();
			});
	}

	@Test
	void callOfAnotherJobInsideAnAdviceInFrontEnqueues() {
		JobsContextRunner.create()
			.withBean(Orders.class)
			.withBean(Audit.class)
			.withBean(CallsJobInFront.class)
			.run((context) -> {
				Orders orders = context.getBean(Orders.class);
				orders.ship(7);
				await().untilAsserted(() -> assertThat(orders.shipped()).containsExactly("7"));
				Audit audit = context.getBean(Audit.class);
				await().untilAsserted(() -> assertThat(audit.notes()).isNotEmpty().doesNotContain("no job"));
			});
	}

	enum Manner {

		ON_ANOTHER_THREAD_WITHOUT_WAITING, ON_ANOTHER_THREAD_AND_WAITING, NOT_AT_ALL

	}

	/**
	 * What users might write themselves: an advice that is not told from a call.
	 *
	 * @param manner what it does to jobs
	 */
	record InFront(Manner manner) implements BeanPostProcessor, MethodInterceptor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof Advised advised) {
				advised.addAdvice(0, this);
			}
			return bean;
		}

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			if (!Thread.currentThread().getName().startsWith("jobs-")) {
				return invocation.proceed();
			}
			if (this.manner == Manner.NOT_AT_ALL) {
				return null;
			}
			MethodInvocation clone = ((ProxyMethodInvocation) invocation).invocableClone();
			CompletableFuture<?> call = CompletableFuture.supplyAsync(() -> proceed(clone));
			try {
				call.join();
			}
			catch (RuntimeException ex) {
				if (this.manner == Manner.ON_ANOTHER_THREAD_AND_WAITING) {
					throw ex.getCause();
				}
			}
			return null;
		}

		private static @Nullable Object proceed(MethodInvocation invocation) {
			try {
				return invocation.proceed();
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * Enqueues a job of its own each time.
	 */
	static class CallsJobInFront implements BeanPostProcessor {

		private final ObjectProvider<Audit> audit;

		CallsJobInFront(ObjectProvider<Audit> audit) {
			this.audit = audit;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof Advised advised && bean instanceof Orders) {
				advised.addAdvice(0, (MethodInterceptor) (invocation) -> {
					if (Thread.currentThread().getName().startsWith("jobs-")) {
						this.audit.getObject().note();
					}
					return invocation.proceed();
				});
			}
			return bean;
		}

	}

	static class Audit {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		List<String> notes() {
			return this.notes;
		}

		@BackgroundJob
		void note() {
			this.notes.add(JobContext.current().id().startsWith("none-") ? "no job" : "job");
		}

	}

	static class Orders {

		private final List<String> shipped = new CopyOnWriteArrayList<>();

		List<String> shipped() {
			return this.shipped;
		}

		@BackgroundJob
		JobHandle<Void> ship(int number) {
			this.shipped.add(String.valueOf(number));
			return JobHandle.completed();
		}

	}

}
