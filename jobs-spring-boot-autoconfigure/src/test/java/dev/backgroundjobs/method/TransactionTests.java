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
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A transaction on a job's method.
 */
class TransactionTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withUserConfiguration(TransactionConfiguration.class);

	@Test
	void callOpensNoTransaction() {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run((context) -> {
			context.getBean(Accounts.class).book();
			assertThat(context.getBean(RecordingTransactionManager.class).events()).isEmpty();
		});
	}

	@Test
	void executionIsWrappedInATransaction() {
		this.runner.run((context) -> {
			context.getBean(Accounts.class).book();
			List<String> events = context.getBean(RecordingTransactionManager.class).events();
			await().untilAsserted(() -> assertThat(events).containsExactly("begin", "book", "commit"));
		});
	}

	@Test
	void failedExecutionIsRolledBackAndTriedAgain() {
		this.runner.run((context) -> {
			context.getBean(Accounts.class).fail();
			List<String> events = context.getBean(RecordingTransactionManager.class).events();
			await().untilAsserted(
					() -> assertThat(events).containsExactly("begin", "fail", "rollback", "begin", "fail", "rollback"));
		});
	}

	static class Accounts {

		private final RecordingTransactionManager transactions;

		Accounts(RecordingTransactionManager transactions) {
			this.transactions = transactions;
		}

		@BackgroundJob
		@Transactional
		void book() {
			this.transactions.events().add("book");
		}

		@BackgroundJob
		@JobRetry(maxRetries = 1, delay = "1ms", jitter = "0ms")
		@Transactional
		void fail() {
			this.transactions.events().add("fail");
			throw new IllegalStateException("no money");
		}

	}

	static class RecordingTransactionManager implements PlatformTransactionManager {

		private final List<String> events = new CopyOnWriteArrayList<>();

		List<String> events() {
			return this.events;
		}

		@Override
		public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
			this.events.add("begin");
			return new SimpleTransactionStatus(true);
		}

		@Override
		public void commit(TransactionStatus status) {
			this.events.add("commit");
		}

		@Override
		public void rollback(TransactionStatus status) {
			this.events.add("rollback");
		}

	}

	@EnableTransactionManagement
	@Configuration(proxyBeanMethods = false)
	static class TransactionConfiguration {

		@Bean
		RecordingTransactionManager transactionManager() {
			return new RecordingTransactionManager();
		}

		@Bean
		Accounts accounts(RecordingTransactionManager transactions) {
			return new Accounts(transactions);
		}

	}

}
