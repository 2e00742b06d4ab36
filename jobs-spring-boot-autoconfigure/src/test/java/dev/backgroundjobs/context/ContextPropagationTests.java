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

package dev.backgroundjobs.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.DisabledException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What goes with a job from its caller to its attempts, on a real Redis.
 */
class ContextPropagationTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(Jobs.class)
		.withPropertyValues("background-jobs.worker.concurrency=1");

	@AfterEach
	void clear() {
		MDC.clear();
		SecurityContextHolder.clearContext();
	}

	@Test
	void chosenEntriesOfTheLogsContextGoWithAJobAndNothingStaysBehind() {
		this.runner
			.withPropertyValues("background-jobs.context.mdc=tenant,request", "background-jobs.job.max-headers=40B")
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				MDC.put("tenant", "acme");
				MDC.put("request", "too long for the headers that a job may have");
				MDC.put("password", "secret");
				JobHandle<Void> first = jobs.look();
				MDC.clear();
				JobHandle<Void> second = jobs.look();
				await().untilAsserted(
						() -> assertThat(List.of(first.state(), second.state())).containsOnly(JobState.SUCCEEDED));
				// the second one ran on the thread of the first
				assertThat(jobs.seen()).containsExactly("acme null null", "null null null");
			});
	}

	@Test
	void linesAboutFailedAttemptsAndDeadJobsHaveTheContextOfTheAttempt() {
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("dev.backgroundjobs.job.Jobs.fail");
		lines.list = new CopyOnWriteArrayList<>();
		lines.start();
		logger.addAppender(lines);
		try {
			this.runner.withPropertyValues("background-jobs.context.mdc=tenant").run((context) -> {
				MDC.put("tenant", "acme");
				String id = context.getBean(Jobs.class).fail().id();
				await().untilAsserted(() -> assertThat(lines.list).hasSize(2));
				assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.ERROR);
				assertThat(lines.list).extracting(ILoggingEvent::getMDCPropertyMap)
					.containsExactly(entries(id, "1"), entries(id, "2"));
			});
		}
		finally {
			logger.detachAppender(lines);
		}
	}

	private static Map<String, String> entries(String id, String attempt) {
		return Map.of("tenant", "acme", "job.id", id, "job.name", "Jobs.fail", "job.queue", "failing", "job.attempt",
				attempt);
	}

	@Test
	void jobRunsAsTheUserWhoCalledItWithTheAuthoritiesOfNow() {
		List<String> asked = new CopyOnWriteArrayList<>();
		UserDetailsService users = (name) -> {
			asked.add(name);
			return User.withUsername(name).password("").authorities("ROLE_OF_NOW").disabled(name.equals("eve")).build();
		};
		this.runner.withPropertyValues("background-jobs.context.security=true")
			.withBean(UserDetailsService.class, () -> users)
			.run((context) -> {
				Jobs jobs = context.getBean(Jobs.class);
				List<JobHandle<Void>> handles = new ArrayList<>();
				for (Authentication caller : new Authentication[] { user("ada"), anonymous(), null }) {
					SecurityContextHolder.getContext().setAuthentication(caller);
					handles.add(jobs.who());
				}
				await().untilAsserted(() -> assertThat(handles).allMatch((job) -> job.state() == JobState.SUCCEEDED));
				assertThat(jobs.seen()).containsExactlyInAnyOrder("ada ROLE_OF_NOW null", "nobody", "nobody");
				SecurityContextHolder.getContext().setAuthentication(user("eve"));
				JobHandle<Void> disabled = jobs.who();
				await().untilAsserted(() -> assertThat(disabled.state()).isEqualTo(JobState.DEAD));
				JobInfo info = disabled.info();
				assertThat(info).isNotNull();
				assertThat(info.failures().get(0).type()).isEqualTo(DisabledException.class.getName());
				assertThat(asked).containsExactly("ada", "eve");
				assertThat(jobs.seen()).hasSize(3);
			});
	}

	@Test
	void withoutAServiceForUsersTheyHaveTheirNamesOnly() {
		this.runner.withPropertyValues("background-jobs.context.security=true").run((context) -> {
			SecurityContextHolder.getContext().setAuthentication(user("ada"));
			Jobs jobs = context.getBean(Jobs.class);
			jobs.who();
			await().untilAsserted(() -> assertThat(jobs.seen()).containsExactly("ada  null"));
		});
	}

	@Test
	void userDoesNotTravelUnlessThatIsWanted() {
		this.runner.run((context) -> {
			SecurityContextHolder.getContext().setAuthentication(user("ada"));
			Jobs jobs = context.getBean(Jobs.class);
			jobs.who();
			await().untilAsserted(() -> assertThat(jobs.seen()).containsExactly("nobody"));
		});
	}

	@Test
	void withoutSpringSecurityTheWishStopsTheStart() {
		JobsContextRunner.create()
			.withPropertyValues("background-jobs.context.security=true")
			.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("background-jobs.context.security"));
	}

	private static Authentication user(String name) {
		return UsernamePasswordAuthenticationToken.authenticated(name, "secret",
				AuthorityUtils.createAuthorityList("ROLE_OF_THE_CALL"));
	}

	private static Authentication anonymous() {
		return new AnonymousAuthenticationToken("key", "guest", AuthorityUtils.createAuthorityList("ROLE_GUEST"));
	}

	static class Jobs {

		private final List<String> seen = new CopyOnWriteArrayList<>();

		List<String> seen() {
			return this.seen;
		}

		@BackgroundJob
		JobHandle<Void> look() {
			this.seen.add(MDC.get("tenant") + " " + MDC.get("request") + " " + MDC.get("password"));
			return JobHandle.completed();
		}

		@BackgroundJob("failing")
		@JobRetry(maxRetries = 1, delay = "10ms", jitter = "0s")
		JobHandle<Void> fail() {
			throw new IllegalStateException("no luck");
		}

		@BackgroundJob
		@JobRetry(maxRetries = 0)
		JobHandle<Void> who() {
			Authentication user = SecurityContextHolder.getContext().getAuthentication();
			this.seen.add((user != null) ? describe(user) : "nobody");
			return JobHandle.completed();
		}

		private static String describe(Authentication user) {
			return user.getName() + " "
					+ user.getAuthorities()
						.stream()
						.map((authority) -> String.valueOf(authority.getAuthority()))
						.collect(Collectors.joining(","))
					+ " " + user.getCredentials();
		}

	}

}
