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

package dev.backgroundjobs.observation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.backgroundjobs.event.JobDeadEvent;
import dev.backgroundjobs.event.JobEvent;
import dev.backgroundjobs.event.JobStartedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For which events somebody listens: what nobody hears is not published.
 */
class ListenedEventsTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final AtomicLong time = new AtomicLong(-5);

	private final ListenedEvents listened = new ListenedEvents(this.context, this.time::get);

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void onlyWhatIsListenedToIsPublished() {
		this.context.registerBean(DeadLetters.class);
		this.context.refresh();
		assertThat(this.listened.contain(JobDeadEvent.class)).isTrue();
		assertThat(this.listened.contain(JobStartedEvent.class)).isFalse();
	}

	@Test
	void whoListensToAllEventsListensToThese() {
		this.context.refresh();
		assertThat(this.listened.contain(JobStartedEvent.class)).isFalse();
		this.context.addApplicationListener(new Everything());
		assertThat(this.listened.contain(JobStartedEvent.class)).isTrue();
	}

	@Test
	void listenerThatComesLaterIsNoticed() {
		this.context.addApplicationListener(new Closing());
		this.context.refresh();
		assertThat(this.listened.contain(JobStartedEvent.class)).isFalse();
		this.context.addApplicationListener(new AllOfJobs());
		assertThat(this.listened.contain(JobStartedEvent.class)).isTrue();
	}

	@Test
	void listenerThatTakesThePlaceOfAnotherIsNoticedWithinASecond() {
		Closing other = new Closing();
		this.context.addApplicationListener(other);
		this.context.refresh();
		assertThat(this.listened.contain(JobStartedEvent.class)).isFalse();
		this.context.removeApplicationListener(other);
		this.context.addApplicationListener(new AllOfJobs());
		this.time.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(this.listened.contain(JobStartedEvent.class)).isTrue();
	}

	@Test
	void listenersOfTheParentAreListeners() {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(DeadLetters.class)) {
			this.context.setParent(parent);
			this.context.refresh();
			assertThat(this.listened.contain(JobDeadEvent.class)).isTrue();
			assertThat(this.listened.contain(JobStartedEvent.class)).isFalse();
		}
	}

	@Test
	void lazyListenersAreListeners() {
		this.context.registerBean(AllOfJobs.class, (definition) -> definition.setLazyInit(true));
		this.context.registerBean(Closing.class, (definition) -> definition.setLazyInit(true));
		this.context.refresh();
		assertThat(this.listened.contain(JobStartedEvent.class)).isTrue();
		assertThat(this.listened.contain(String.class)).isFalse();
	}

	@Test
	void nobodyListensInAPlainBootApplication() {
		SpringApplication application = new SpringApplication(Plain.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext plain = application.run("--background-jobs.enabled=false")) {
			assertThat(new ListenedEvents(plain, System::nanoTime).contain(JobStartedEvent.class)).isFalse();
		}
	}

	@EnableAutoConfiguration
	static class Plain {

	}

	static class DeadLetters {

		@EventListener
		void on(JobDeadEvent event) {
		}

	}

	static class AllOfJobs implements ApplicationListener<PayloadApplicationEvent<? extends JobEvent>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<? extends JobEvent> event) {
		}

	}

	static class Closing implements ApplicationListener<ContextClosedEvent> {

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
		}

	}

	static class Everything implements ApplicationListener<ApplicationEvent> {

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
		}

	}

}
