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

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Lets calls that are made when others are told of a commit be calls of that transaction,
 * also when there was none before: who is told of a commit is settled just before it, so
 * by the time of such a call it is too late to join. Listens to every transaction manager
 * that is a bean; needs no other bean to be created for that.
 */
public final class CommitListener implements BeanPostProcessor, TransactionExecutionListener {

	private volatile @Nullable SpringJobTransactions transactions;

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof SpringJobTransactions found) {
			this.transactions = found;
		}
		else if (bean instanceof ConfigurableTransactionManager manager) {
			manager.addListener(this);
		}
		return bean;
	}

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		SpringJobTransactions known = this.transactions;
		if (known != null) {
			known.beforeCommit();
		}
	}

}
