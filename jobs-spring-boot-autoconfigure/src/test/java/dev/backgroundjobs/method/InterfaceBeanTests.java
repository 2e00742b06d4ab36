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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Beans that are declared by interfaces, and classes that only one kind of proxy can
 * stand for.
 */
@ExtendWith(OutputCaptureExtension.class)
class InterfaceBeanTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void beanOfABeanMethodHasJobsBehindBothKindsOfProxies(boolean classProxy, CapturedOutput output) {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=" + classProxy)
			.withUserConfiguration(InterfaceBeanConfiguration.class, LazyClassConfiguration.class,
					LazyNamedConfiguration.class)
			.run((context) -> {
				for (String bean : List.of("renderer", "lazyClass", "lazyNamed")) {
					Runs runs = context.getBean(bean, Runs.class);
					assertThat(AopUtils.isJdkDynamicProxy(runs)).isNotEqualTo(classProxy);
					runs.render(3);
					await().untilAsserted(() -> assertThat(runs.rendered()).hasSize(1));
					assertThat(runs.rendered()).doesNotContain("none");
				}
				assertThat(names(context.getBean(JobMethodRegistry.class))).contains("named");
				assertThat(output).doesNotContain("only the interface");
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void annotationOnAnInterfaceWhoseMethodTheClassInheritsWorks(boolean classProxy) {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=" + classProxy)
			.withBean(Named.class, NamedReports::new)
			.run((context) -> {
				Named reports = context.getBean(Named.class);
				reports.render(3);
				await().untilAsserted(() -> assertThat(reports.rendered()).containsExactly("r3"));
			});
	}

	@Test
	void lazyBeanOfWhichOnlyAnInterfaceIsKnownRefusesCalls(CapturedOutput output) {
		this.runner.withUserConfiguration(LazyInterfaceConfiguration.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				assertThat(output)
					.containsOnlyOnce("Of bean 'lazyRenderer' only the interface InterfaceBeanTests.Renderer is known")
					.contains("InterfaceBeanTests.Reports", "@RecurringJob methods are never run",
							"let the @Bean method return the class");
				Renderer renderer = context.getBean(Renderer.class);
				assertThatIllegalStateException().isThrownBy(() -> renderer.render(1))
					.withMessageContaining("InterfaceBeanTests.Reports.render(int) belongs to bean 'lazyRenderer'")
					.withMessageContaining("let its @Bean method return InterfaceBeanTests.Reports");
			});
	}

	@Test
	void jobOfALazyBeanOfWhichOnlyAnInterfaceIsKnownNeedsAName() {
		this.runner.withUserConfiguration(LazyUnnamedConfiguration.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("Of bean 'lazyUnnamed' only the interface InterfaceBeanTests.Unnamed is known")
				.hasMessageContaining("@BackgroundJob(name = \"Unnamed.render\")"));
	}

	@Test
	void finalClassBehindAnInterfaceNeedsAnInterfaceBasedProxy() {
		this.runner.withBean(Renderer.class, FinalReports::new)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("FinalReports.render(int) belongs to a final class")
				.hasMessageContaining("spring.aop.proxy-target-class=false"));
		this.runner.withBean(Renderer.class, FinalReports::new)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> {
				Renderer renderer = context.getBean(Renderer.class);
				renderer.render(8);
				await().untilAsserted(() -> assertThat(renderer.rendered()).containsExactly("f8"));
			});
	}

	@Test
	void methodThatIsOnNoInterfaceNeedsAClassBasedProxy() {
		this.runner.withBean(HiddenJob.class)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidJobMethodException.class)
				.hasMessageContaining("HiddenJob.hidden() is on none of its class's interfaces")
				.hasMessageContaining("spring.aop.proxy-target-class=true"));
	}

	private static List<String> names(JobMethodRegistry registry) {
		return registry.all().stream().map((job) -> job.definition().name()).toList();
	}

	interface Runs {

		void render(int page);

		List<String> rendered();

	}

	interface Renderer extends Runs {

	}

	interface Named extends Runs {

		@Override
		@BackgroundJob(name = "named")
		void render(int page);

	}

	static class NamedReports extends RecordedRuns implements Named {

	}

	interface Unnamed extends Runs {

		@Override
		@BackgroundJob
		void render(int page);

	}

	static class UnnamedReports extends RecordedRuns implements Unnamed {

	}

	static class RecordedRuns implements Runs {

		private final List<String> rendered = new CopyOnWriteArrayList<>();

		@Override
		public void render(int page) {
			this.rendered.add(JobContext.current().id().startsWith("none-") ? "none" : "r" + page);
		}

		@Override
		public List<String> rendered() {
			return this.rendered;
		}

	}

	static final class FinalReports implements Renderer {

		private final List<String> rendered = new CopyOnWriteArrayList<>();

		@Override
		@BackgroundJob
		public void render(int page) {
			this.rendered.add("f" + page);
		}

		@Override
		public List<String> rendered() {
			return this.rendered;
		}

	}

	static class HiddenJob extends RecordedRuns {

		@BackgroundJob
		void hidden() {
		}

	}

	static class Reports extends RecordedRuns implements Renderer {

		@Override
		@BackgroundJob
		public void render(int page) {
			super.render(page);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceBeanConfiguration {

		@Bean
		Renderer renderer() {
			return new Reports();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyClassConfiguration {

		@Bean
		@Lazy
		Reports lazyClass() {
			return new Reports();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyInterfaceConfiguration {

		@Bean
		@Lazy
		Renderer lazyRenderer() {
			return new Reports();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyNamedConfiguration {

		@Bean
		@Lazy
		Named lazyNamed() {
			return new NamedReports();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyUnnamedConfiguration {

		@Bean
		@Lazy
		Unnamed lazyUnnamed() {
			return new UnnamedReports();
		}

	}

}
