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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.MethodBeforeAdvice;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Which beans' methods are jobs, under which names, and when they can be called.
 */
class JobBeansTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class));

	@Test
	void jobIsNamedAfterClassAndMethod() {
		this.runner.withBean("reports", Reports.class, "a")
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> assertThat(names(context.getBean(JobMethodRegistry.class)))
				.containsExactly("Reports.render"));
	}

	@Test
	void beansOfOneTypeHaveJobsOfTheirOwn() {
		this.runner.withBean("daily", Reports.class, "d").withBean("weekly", Reports.class, "w").run((context) -> {
			assertThat(names(context.getBean(JobMethodRegistry.class))).containsExactlyInAnyOrder("daily.render",
					"weekly.render");
			Reports weekly = context.getBean("weekly", Reports.class);
			weekly.render(1);
			weekly.render(2);
			await().untilAsserted(() -> assertThat(weekly.rendered()).containsExactlyInAnyOrder("w1", "w2"));
			assertThat(context.getBean("daily", Reports.class).rendered()).isEmpty();
		});
	}

	@Test
	void beanOfABeanMethodBehindItsInterfaceHasJobs() {
		this.runner.withUserConfiguration(InterfaceBeanConfiguration.class).run((context) -> {
			Renderer renderer = context.getBean(Renderer.class);
			renderer.render(3);
			await().untilAsserted(() -> assertThat(renderer.rendered()).containsExactly("i3"));
		});
	}

	@Test
	void jobOfABeanThatAnotherBeanMethodReturnsTooRuns() {
		this.runner.withUserConfiguration(TwoNamesConfiguration.class).run((context) -> {
			Renderer renderer = context.getBean("port", Renderer.class);
			renderer.render(8);
			await().untilAsserted(() -> assertThat(renderer.rendered()).containsExactly("t8"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void proxyAroundTheProxyOfAJobIsNotTakenForAnotherJob(boolean classProxy) {
		this.runner.withUserConfiguration(AuditedConfiguration.class)
			.withBean("classProxy", Boolean.class, () -> classProxy)
			.run((context) -> {
				assertThat(names(context.getBean(JobMethodRegistry.class))).containsExactly("Reports.render");
				Renderer audited = context.getBean("audited", Renderer.class);
				assertThat(AopUtils.isCglibProxy(audited)).isEqualTo(classProxy);
				audited.render(8);
				context.getBean("reports", Renderer.class).render(9);
				await().untilAsserted(() -> assertThat(audited.rendered()).containsExactlyInAnyOrder("p8", "p9"));
				assertThat(context.getBean(AtomicInteger.class)).as("audited calls of render").hasValue(1);
			});
	}

	@Test
	void lazyBeanIsNotCreatedBeforeItsJobRuns() {
		AtomicInteger created = LazyReports.CREATED;
		created.set(0);
		this.runner.withUserConfiguration(LazyBeanConfiguration.class).run((context) -> {
			assertThat(names(context.getBean(JobMethodRegistry.class))).containsExactly("LazyReports.render");
			assertThat(created).hasValue(0);
			LazyReports reports = context.getBean(LazyReports.class);
			JobHandle<Void> handle = reports.render();
			await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
		});
	}

	@Test
	void lazyApplicationWorks() {
		lazily(this.runner).withBean("reports", Reports.class, "l").run((context) -> {
			Reports reports = context.getBean(Reports.class);
			reports.render(4);
			await().untilAsserted(() -> assertThat(reports.rendered()).containsExactly("l4"));
		});
	}

	@Test
	void lazyApplicationThatOnlyEnqueuesCanCallJobs() {
		lazily(this.runner).withBean(LazyReports.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> assertThat(context.getBean(LazyReports.class).render().state())
				.isEqualTo(JobState.QUEUED));
	}

	@Test
	void misuseStopsTheStartOfALazyApplicationThatOnlyEnqueues() {
		lazily(this.runner).withBean(FinalMethod.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> assertThat(context).getFailure().isInstanceOf(InvalidJobMethodException.class));
	}

	@Test
	void callBeforeTheContextIsReadyIsRefused() {
		this.runner.withBean("reports", Reports.class, "e")
			.withBean(CallsTooEarly.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(IllegalStateException.class)
				.hasMessageContaining("Reports.render(int)")
				.hasMessageContaining("called before the application context is ready")
				.hasMessageContaining("ApplicationReadyEvent"));
	}

	@Test
	void methodOfAnObjectThatIsNoBeanIsAPlainCall() {
		Reports reports = new Reports("n");
		reports.render(5);
		assertThat(reports.rendered()).containsExactly("n5 none");
	}

	@Test
	void beanThatIsUnknownToTheContextIsRefused() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			Reports reports = (Reports) context.getAutowireCapableBeanFactory()
				.initializeBean(new Reports("u"), "notRegistered");
			assertThatIllegalStateException().isThrownBy(() -> reports.render(6))
				.withMessageContaining("not a bean of this application context");
		});
	}

	@Test
	void jobsOfPrototypesOfOneTypeCannotBeToldApart() {
		this.runner.withUserConfiguration(PrototypesConfiguration.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> context.getBean("first", Reports.class).render(7))
				.withMessageContaining("make them singletons"));
	}

	private static ApplicationContextRunner lazily(ApplicationContextRunner runner) {
		return runner.withInitializer(
				(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));
	}

	private static List<String> names(JobMethodRegistry registry) {
		return registry.all().stream().map((job) -> job.definition().name()).toList();
	}

	interface Renderer {

		void render(int page);

		List<String> rendered();

	}

	static class Reports implements Renderer {

		private final String prefix;

		private final List<String> rendered = new CopyOnWriteArrayList<>();

		Reports(String prefix) {
			this.prefix = prefix;
		}

		@Override
		public List<String> rendered() {
			return this.rendered;
		}

		@Override
		@BackgroundJob
		public void render(int page) {
			String id = JobContext.current().id();
			this.rendered.add(this.prefix + page + (id.startsWith("none-") ? " none" : ""));
		}

	}

	static class LazyReports {

		static final AtomicInteger CREATED = new AtomicInteger();

		LazyReports() {
			CREATED.incrementAndGet();
		}

		@BackgroundJob
		JobHandle<Void> render() {
			return JobHandle.completed();
		}

	}

	static class FinalMethod {

		@BackgroundJob
		final void work() {
		}

	}

	static class CallsTooEarly implements InitializingBean {

		private final Reports reports;

		CallsTooEarly(Reports reports) {
			this.reports = reports;
		}

		@Override
		public void afterPropertiesSet() {
			this.reports.render(0);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceBeanConfiguration {

		@Bean
		Renderer renderer() {
			return new Reports("i");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBeanConfiguration {

		@Bean
		@Lazy
		LazyReports lazyReports() {
			return new LazyReports();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypesConfiguration {

		@Bean
		@Scope("prototype")
		Reports first() {
			return new Reports("1");
		}

		@Bean
		@Scope("prototype")
		Reports second() {
			return new Reports("2");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AuditedConfiguration {

		@Bean
		AtomicInteger audits() {
			return new AtomicInteger();
		}

		@Bean
		Reports reports() {
			return new Reports("p");
		}

		@Bean
		Renderer audited(Reports reports, AtomicInteger audits, Boolean classProxy) {
			ProxyFactory factory = new ProxyFactory(reports);
			factory.setProxyTargetClass(classProxy);
			factory.addAdvice((MethodBeforeAdvice) (method, arguments, target) -> {
				if (method.getName().equals("render")) {
					audits.incrementAndGet();
				}
			});
			return (Renderer) factory.getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoNamesConfiguration {

		@Bean
		Reports reports() {
			return new Reports("t");
		}

		@Bean
		Renderer port(Reports reports) {
			return reports;
		}

	}

}
