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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AliasFor;
import org.springframework.util.backoff.ExponentialBackOff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Job methods behind all kinds of proxies, with their annotations in all places.
 */
class ProxyTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void annotationOnTheInterfaceWorks(boolean classProxy) {
		with(classProxy).withBean(AnnotatedGreeter.class, DefaultAnnotatedGreeter::new).run((context) -> {
			AnnotatedGreeter greeter = context.getBean(AnnotatedGreeter.class);
			assertThat(AopUtils.isJdkDynamicProxy(greeter)).isNotEqualTo(classProxy);
			greeter.greet("Ada");
			greeter.greetByDefault("Bob");
			await().untilAsserted(() -> assertThat(greeter.runs())
				.containsExactlyInAnyOrder("DefaultAnnotatedGreeter.greet Ada", "default greeting Bob"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void annotationOnTheClassBehindAnInterfaceWorks(boolean classProxy) {
		with(classProxy).withBean(Greeter.class, AnnotatedImplementation::new).run((context) -> {
			Greeter greeter = context.getBean(Greeter.class);
			assertThat(AopUtils.isJdkDynamicProxy(greeter)).isNotEqualTo(classProxy);
			greeter.greet("Ada");
			await().untilAsserted(() -> assertThat(greeter.runs()).containsExactly("AnnotatedImplementation Ada"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void genericInterfaceWorks(boolean classProxy) {
		with(classProxy).withBean("handler", Handler.class, OrderHandler::new).run((context) -> {
			@SuppressWarnings("unchecked")
			Handler<Order> handler = context.getBean("handler", Handler.class);
			assertThat(AopUtils.isJdkDynamicProxy(handler)).isNotEqualTo(classProxy);
			handler.handle(new Order(7));
			await().untilAsserted(() -> assertThat(handler.runs()).containsExactly("Order[number=7]"));
		});
	}

	@Test
	void annotationOnASuperclassWorksWithAndWithoutOverriding() {
		this.runner.withBean(Overriding.class).run((context) -> {
			Overriding bean = context.getBean(Overriding.class);
			bean.overridden();
			bean.inherited();
			await().untilAsserted(() -> assertThat(bean.runs()).containsExactlyInAnyOrder("overridden in Overriding",
					"inherited in Overriding"));
		});
	}

	@Test
	void genericSuperclassWithBridgeMethodWorks() {
		this.runner.withBean(OrderStore.class).run((context) -> {
			OrderStore bean = context.getBean(OrderStore.class);
			GenericStore<Order> asSuperclass = bean;
			asSuperclass.store(new Order(1));
			await().untilAsserted(() -> assertThat(bean.runs()).containsExactly("store Order[number=1]"));
		});
	}

	@Test
	void inheritedGenericParameterIsBoundAsTheSubclassSays() {
		this.runner.withBean(OrderStore.class).run((context) -> {
			OrderStore bean = context.getBean(OrderStore.class);
			bean.storeAll(List.of(new Order(2), new Order(3)));
			await().untilAsserted(
					() -> assertThat(bean.runs()).containsExactly("all Order[number=2]", "all Order[number=3]"));
		});
	}

	@Test
	void packagePrivateMethodWorks() {
		this.runner.withBean(PackagePrivate.class).run((context) -> {
			PackagePrivate bean = context.getBean(PackagePrivate.class);
			bean.work("quietly");
			await().untilAsserted(() -> assertThat(bean.runs()).containsExactly("quietly"));
		});
	}

	@Test
	void composedAnnotationGivesItsAttributes() {
		this.runner.withBean(Partner.class).run((context) -> {
			Partner partner = context.getBean(Partner.class);
			JobMethod method = context.getBean(JobMethodRegistry.class).find("Partner.call");
			assertThat(method).isNotNull();
			JobDefinition definition = method.definition();
			assertThat(definition.queue()).isEqualTo("slow-partner");
			assertThat(definition.maxAttempts()).isEqualTo(3);
			partner.call();
			await().untilAsserted(() -> assertThat(partner.runs()).hasSize(1));
			assertThat(partner.runs().get(0)).startsWith("slow-partner~0~");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void composedAnnotationOnAnInterfaceGivesItsAttributes(boolean classProxy) {
		with(classProxy).withConfiguration(AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class))
			.withPropertyValues("partner.queue=from-a-property", "partner.delay=9s")
			.withBean("gateway", Gateway.class, DefaultGateway::new)
			.run((context) -> {
				JobMethod method = context.getBean(JobMethodRegistry.class).find("DefaultGateway.pay");
				assertThat(method).isNotNull();
				JobDefinition definition = method.definition();
				assertThat(definition.queue()).isEqualTo("from-a-property");
				assertThat(definition.maxAttempts()).isEqualTo(6);
				assertThat(((ExponentialBackOff) definition.retryPolicy().getBackOff()).getInitialInterval())
					.isEqualTo(9000);
				Gateway gateway = context.getBean(Gateway.class);
				gateway.pay(List.of(new Order(5)));
				await().untilAsserted(() -> assertThat(gateway.runs()).containsExactly("paid 5"));
			});
	}

	private ApplicationContextRunner with(boolean classProxy) {
		return this.runner.withPropertyValues("spring.aop.proxy-target-class=" + classProxy);
	}

	interface Runs {

		List<String> runs();

	}

	interface AnnotatedGreeter extends Runs {

		@BackgroundJob
		void greet(String name);

		@BackgroundJob
		default void greetByDefault(String name) {
			runs().add("default greeting " + name);
		}

	}

	static class DefaultAnnotatedGreeter extends Recording implements AnnotatedGreeter {

		@Override
		public void greet(String name) {
			ran("DefaultAnnotatedGreeter.greet " + name);
		}

	}

	interface Greeter extends Runs {

		void greet(String name);

	}

	static class AnnotatedImplementation extends Recording implements Greeter {

		@Override
		@BackgroundJob
		public void greet(String name) {
			ran("AnnotatedImplementation " + name);
		}

	}

	record Order(int number) {

	}

	interface Handler<T> extends Runs {

		@BackgroundJob
		void handle(T item);

	}

	static class OrderHandler extends Recording implements Handler<Order> {

		@Override
		public void handle(Order item) {
			ran(item.toString());
		}

	}

	static class Recording implements Runs {

		private final List<String> runs = new CopyOnWriteArrayList<>();

		@Override
		public List<String> runs() {
			return this.runs;
		}

		void ran(String what) {
			this.runs.add(JobContext.current().id().startsWith("none-") ? what + " without a job" : what);
		}

	}

	static class Parent extends Recording {

		@BackgroundJob("parents")
		void inherited() {
			ran("inherited in " + getClass().getSimpleName());
		}

		@BackgroundJob("parents")
		void overridden() {
			throw new IllegalStateException("overridden");
		}

	}

	static class Overriding extends Parent {

		@Override
		void overridden() {
			ran("overridden in " + getClass().getSimpleName());
		}

	}

	abstract static class GenericStore<T> extends Recording {

		@BackgroundJob
		abstract void store(T item);

		@BackgroundJob
		void storeAll(List<T> items) {
			for (T item : items) {
				ran("all " + item);
			}
		}

	}

	static class OrderStore extends GenericStore<Order> {

		@Override
		void store(Order item) {
			ran("store " + item);
		}

	}

	static class PackagePrivate extends Recording {

		@BackgroundJob
		void work(String how) {
			ran(how);
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@BackgroundJob
	@JobRetry
	@interface PatientCall {

		@AliasFor(annotation = BackgroundJob.class, attribute = "queue")
		String partner() default "${partner.queue}";

		@AliasFor(annotation = JobRetry.class, attribute = "maxRetries")
		int retries();

		@AliasFor(annotation = JobRetry.class, attribute = "delay")
		String pause();

	}

	interface Gateway extends Runs {

		@PatientCall(retries = 5, pause = "${partner.delay}")
		void pay(List<Order> orders);

	}

	static class DefaultGateway extends Recording implements Gateway {

		@Override
		public void pay(List<Order> orders) {
			orders.forEach((order) -> ran("paid " + order.number()));
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@BackgroundJob
	@JobRetry(maxRetries = 2)
	@interface PartnerCall {

		@AliasFor(annotation = BackgroundJob.class, attribute = "queue")
		String partner();

	}

	static class Partner extends Recording {

		@PartnerCall(partner = "slow-partner")
		void call() {
			runs().add(JobContext.current().id());
		}

	}

}
