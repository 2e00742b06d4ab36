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

import java.util.UUID;

import javax.sql.DataSource;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.test.JobTestClient;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Calls inside a transaction in the modes for tests: what holds on Redis holds there.
 */
class TestModesTransactionTests {

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withBean(DataSource.class, TestModesTransactionTests::dataSource)
		.withUserConfiguration(SignupConfiguration.class)
		.withBean(Ledger.class);

	private final ApplicationContextRunner inline = this.runner.withPropertyValues("background-jobs.mode=inline");

	@Test
	void inlineJobRunsAfterTheCommitAndSeesWhatWasWritten() {
		this.inline.run((context) -> {
			context.getBean(SignupService.class).signUp("ada@example.org");
			assertThat(Shop.signups(context).log()).containsExactly("welcome ada@example.org, customer: true");
		});
	}

	@Test
	void inlineJobOfARolledBackTransactionDoesNotRun() {
		this.inline.run((context) -> {
			Shop.transaction(context).executeWithoutResult((status) -> {
				Shop.signups(context).welcome("ada@example.org");
				status.setRollbackOnly();
			});
			assertThat(Shop.signups(context).log()).isEmpty();
		});
	}

	@Test
	void inlineJobAfterTheCommitHasTransactionsOfItsOwn() {
		this.inline.run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			JobHandle<Void> handle = Shop.transaction(context).execute((status) -> {
				Shop.signups(context).insert("ada@example.org");
				return ledger.write("job@example.org", "mail@example.org");
			});
			assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED);
			assertThat(Shop.customers(context)).containsExactlyInAnyOrder("ada@example.org", "job@example.org");
			assertThat(Shop.signups(context).log()).containsExactly("welcome mail@example.org, customer: false");
			assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isFalse();
		});
	}

	@Test
	void inlineFailureAfterTheCommitIsThrownToWhoeverCommits() {
		this.inline.run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			assertThatIllegalStateException()
				.isThrownBy(() -> Shop.transaction(context).executeWithoutResult((status) -> {
					Shop.signups(context).insert("ada@example.org");
					ledger.writeAndFail("first@example.org");
					Shop.signups(context).welcome("ada@example.org");
					ledger.writeAndFail("second@example.org");
				}))
				.withMessage("first@example.org")
				.satisfies((failure) -> assertThat(failure.getSuppressed()).extracting(Throwable::getMessage)
					.containsExactly("second@example.org"));
			assertThat(Shop.customers(context)).containsExactly("ada@example.org");
			assertThat(Shop.signups(context).log()).containsExactly("welcome ada@example.org, customer: true");
		});
	}

	@Test
	void inlineJobRunsInsideTheTransactionWhenCallsDoNotWaitForIt() {
		this.inline.withPropertyValues("background-jobs.transaction.mode=immediate").run((context) -> {
			Shop.transaction(context).executeWithoutResult((status) -> {
				context.getBean(Ledger.class).write("job@example.org", "mail@example.org");
				assertThat(Shop.signups(context).log()).hasSize(1);
				status.setRollbackOnly();
			});
			assertThat(Shop.customers(context)).isEmpty();
		});
	}

	@Test
	void manualJobIsEnqueuedAfterTheCommit() {
		this.runner.withPropertyValues("background-jobs.mode=manual").run((context) -> {
			JobTestClient jobs = context.getBean(JobTestClient.class);
			Shop.transaction(context).executeWithoutResult((status) -> {
				Shop.signups(context).welcome("bob@example.org");
				status.setRollbackOnly();
			});
			assertThat(jobs).hasNoJobs();
			Shop.transaction(context).executeWithoutResult((status) -> {
				Shop.signups(context).welcome("ada@example.org");
				assertThat(jobs).hasNoJobs();
			});
			assertThat(jobs).enqueued("Signups.welcome").withArguments("ada@example.org").once();
		});
	}

	private static DataSource dataSource() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		return dataSource;
	}

	static class Ledger {

		@Autowired
		private JdbcTemplate jdbc = new JdbcTemplate();

		@Autowired
		private Signups signups = new Signups(this.jdbc);

		@Transactional
		@BackgroundJob
		JobHandle<Void> write(String email, String welcomed) {
			this.jdbc.update("insert into customer (email) values (?)", email);
			this.signups.welcome(welcomed);
			return JobHandle.completed();
		}

		@Transactional
		@BackgroundJob
		void writeAndFail(String email) {
			this.jdbc.update("insert into customer (email) values (?)", email);
			throw new IllegalStateException(email);
		}

	}

}
