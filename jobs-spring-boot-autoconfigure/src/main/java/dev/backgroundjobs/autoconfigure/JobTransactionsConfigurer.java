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

package dev.backgroundjobs.autoconfigure;

import dev.backgroundjobs.client.JobSender;
import dev.backgroundjobs.client.JobTransactions;
import dev.backgroundjobs.transaction.CommittedJobs;
import dev.backgroundjobs.transaction.SpringJobTransactions;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Applies properties to calls inside a transaction.
 */
final class JobTransactionsConfigurer {

	private final JobsProperties properties;

	JobTransactionsConfigurer(JobsProperties properties) {
		this.properties = properties;
	}

	JobTransactions configure(JobSender sender, ApplicationEventPublisher events,
			Iterable<PlatformTransactionManager> managers) {
		TransactionProperties transaction = this.properties.getTransaction();
		if (transaction.getEnqueueTimeout().toMillis() <= 0) {
			throw new InvalidConfigurationPropertyValueException("background-jobs.transaction.enqueue-timeout",
					transaction.getEnqueueTimeout(), "It must be at least 1ms.");
		}
		// while jobs are disabled, the call itself fails
		boolean immediate = transaction.getMode() == TransactionProperties.Mode.IMMEDIATE
				|| !this.properties.isEnabled();
		return immediate ? JobTransactions.NONE : new SpringJobTransactions(
				new CommittedJobs(sender, transaction.getEnqueueTimeout(), events, managers));
	}

}
