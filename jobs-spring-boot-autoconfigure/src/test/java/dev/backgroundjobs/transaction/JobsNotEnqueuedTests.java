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

package dev.backgroundjobs.transaction;

import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.JobsDisabledException;
import dev.backgroundjobs.JobsNotEnqueuedEvent;
import dev.backgroundjobs.JobsNotEnqueuedException;
import dev.backgroundjobs.NotEnqueuedJob;
import dev.backgroundjobs.QueueFullException;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * A transaction has committed, and its jobs cannot be enqueued.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobsNotEnqueuedTests {

	private static final RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");

	private final List<JobsNotEnqueuedEvent> events = new ArrayList<>();

	private final ApplicationContextRunner runner = JobsContextRunner.on(server)
		.withBean(DataSource.class, () -> new DriverManagerDataSource("jdbc:h2:mem:committed;DB_CLOSE_DELAY=-1"))
		.withBean("listener", ApplicationListener.class, () -> ApplicationListener.forPayload(this::lost))
		.withUserConfiguration(SignupConfiguration.class)
		.withPropertyValues("background-jobs.worker.enabled=false");

	@AfterAll
	static void stop() {
		server.close();
	}

	private void lost(JobsNotEnqueuedEvent event) {
		this.events.add(event);
	}

	@Test
	@Timeout(50)
	void dataIsCommittedAndEverybodyIsToldWhileRedisIsAway(CapturedOutput output) {
		this.runner.withPropertyValues("background-jobs.transaction.enqueue-timeout=1m").run((context) -> {
			Signups signups = context.getBean(Signups.class);
			signups.welcome("before");
			List<JobHandle<?>> handles = new ArrayList<>();
			// fails at once, long before the timeout
			assertThatExceptionOfType(JobsNotEnqueuedException.class)
				.isThrownBy(() -> transaction(context).executeWithoutResult((status) -> {
					signups.insert("ada@example.org");
					signups.welcome("ada@example.org");
					handles.add(signups.report("ada@example.org"));
					server.kill();
					awaitDown(context);
				}))
				.withMessageContaining("is committed, but 2 of the jobs")
				.withMessageContaining("Signups.report " + handles.get(0).id())
				.withCauseInstanceOf(DataAccessException.class)
				.satisfies((ex) -> assertThat(ex.getJobs()).extracting(NotEnqueuedJob::name)
					.containsExactly("Signups.welcome", "Signups.report"));
			assertThat(context.getBean(JdbcTemplate.class).queryForList("select email from customer", String.class))
				.containsExactly("ada@example.org");
			assertThat(output.getAll()
				.lines()
				.filter((line) -> line.contains("ERROR") && line.contains("is not enqueued"))).hasSize(2)
				.noneMatch((line) -> line.contains("ada@example.org"));
			assertThatIllegalStateException().isThrownBy(handles.get(0)::info).withMessageContaining("is not enqueued");
			server.restart();
			repeated(handles.get(0));
			assertThat(queued(context, "mail")).isEqualTo(2);
			assertThat(queued(context, "reports")).isOne();
		});
	}

	private void repeated(JobHandle<?> handle) {
		assertThat(this.events).hasSize(1);
		List<NotEnqueuedJob> lost = this.events.get(0).jobs();
		assertThat(lost).extracting(NotEnqueuedJob::arguments).containsOnly("[\"ada@example.org\"]");
		assertThat(lost.get(1).id()).isEqualTo(handle.id());
		assertThat(lost).noneMatch(NotEnqueuedJob::mayBeEnqueued);
		lost.forEach(NotEnqueuedJob::enqueue);
		lost.forEach(NotEnqueuedJob::enqueue);
		assertThat(handle.state()).isEqualTo(JobState.QUEUED);
	}

	/**
	 * The driver has noticed that the connection is gone.
	 */
	private static void awaitDown(AssertableApplicationContext context) {
		await().untilAsserted(() -> assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> context.getBean(JobQueries.class).figures("mail")));
	}

	@Test
	void everyBatchIsTriedWithinTheTimeoutWhenRedisDoesNotAnswer() {
		this.runner.withPropertyValues("background-jobs.transaction.enqueue-timeout=600ms").run((context) -> {
			Signups signups = context.getBean(Signups.class);
			signups.welcome("before");
			signups.report("before");
			assertThatExceptionOfType(JobsNotEnqueuedException.class)
				.isThrownBy(() -> transaction(context).executeWithoutResult((status) -> {
					signups.welcome("ada@example.org");
					signups.report("ada@example.org");
					server.signal("STOP");
				}))
				.satisfies((ex) -> assertThat(ex.getJobs()).hasSize(2).allMatch(NotEnqueuedJob::mayBeEnqueued));
			server.signal("CONT");
			await().untilAsserted(() -> {
				this.events.get(0).jobs().forEach(NotEnqueuedJob::enqueue);
				assertThat(queued(context, "mail")).as("however it went").isEqualTo(2);
				assertThat(queued(context, "reports")).isEqualTo(2);
			});
		});
	}

	@Test
	void listenerThatFailsDoesNotHideIt(CapturedOutput output) {
		this.runner.withBean("failing", ApplicationListener.class, () -> (event) -> {
			if (event instanceof PayloadApplicationEvent<?> payload
					&& payload.getPayload() instanceof JobsNotEnqueuedEvent) {
				throw new IllegalStateException("listener");
			}
		}).run((context) -> {
			Signups signups = context.getBean(Signups.class);
			signups.welcome("before");
			assertThatExceptionOfType(JobsNotEnqueuedException.class)
				.isThrownBy(() -> transaction(context).executeWithoutResult((status) -> {
					signups.welcome("ada@example.org");
					server.kill();
					awaitDown(context);
				}));
			server.restart();
			assertThat(output).contains("A listener failed");
		});
	}

	@Test
	void whoeverCommitsHearsOfTheFirstCallAfterTheCommit() {
		this.runner.withPropertyValues("background-jobs.queues.mail.capacity=1").run((context) -> {
			Signups signups = context.getBean(Signups.class);
			signups.welcome("no room for others");
			assertThatExceptionOfType(JobsNotEnqueuedException.class).isThrownBy(
					() -> transaction(context).executeWithoutResult((status) -> TransactionSynchronizationManager
						.registerSynchronization(new TransactionSynchronization() {

							@Override
							public void afterCommit() {
								signups.welcome("after commit");
							}

						})))
				.withCauseInstanceOf(QueueFullException.class);
			assertThat(this.events).hasSize(1);
		});
	}

	@Test
	void nothingIsEnqueuedWhenTheOutcomeOfTheCommitIsUnknown(CapturedOutput output) {
		this.runner.run((context) -> {
			Signups signups = context.getBean(Signups.class);
			JdbcTransactionManager broken = new BrokenTransactionManager(context.getBean(DataSource.class));
			assertThatExceptionOfType(TransactionSystemException.class).isThrownBy(() -> new TransactionTemplate(broken)
				.executeWithoutResult((status) -> signups.welcome("ada@example.org")));
			assertThat(queued(context, "mail")).isZero();
			assertThat(output).contains("commit is unknown");
			this.events.get(0).jobs().forEach(NotEnqueuedJob::enqueue);
			assertThat(queued(context, "mail")).isOne();
		});
	}

	@Test
	void disabledJobsFailTheCallAndNotTheCommit() {
		this.runner.withPropertyValues("background-jobs.enabled=false")
			.run((context) -> transaction(context)
				.executeWithoutResult((status) -> assertThatExceptionOfType(JobsDisabledException.class)
					.isThrownBy(() -> context.getBean(Signups.class).welcome("ada@example.org"))));
	}

	@Test
	void timeoutMustBeLongerThanNothing() {
		this.runner.withPropertyValues("background-jobs.transaction.enqueue-timeout=0s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("background-jobs.transaction.enqueue-timeout"));
	}

	private static TransactionTemplate transaction(AssertableApplicationContext context) {
		return new TransactionTemplate(context.getBean(JdbcTransactionManager.class));
	}

	private static long queued(AssertableApplicationContext context, String queue) {
		return context.getBean(JobQueries.class).figures(queue).queued();
	}

	/**
	 * Loses the answer to the commit.
	 */
	static class BrokenTransactionManager extends JdbcTransactionManager {

		BrokenTransactionManager(DataSource dataSource) {
			super(dataSource);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			super.doCommit(status);
			throw new TransactionSystemException("The answer was lost");
		}

	}

}
