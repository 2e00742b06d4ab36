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

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Runs something as if there were no transaction on this thread. After a commit the one
 * that was committed is still bound to it: what joined it would never be committed.
 */
final class SuspendedTransactions {

	private static final TransactionDefinition NONE = new DefaultTransactionDefinition(
			TransactionDefinition.PROPAGATION_NOT_SUPPORTED);

	private final Iterable<PlatformTransactionManager> managers;

	SuspendedTransactions(Iterable<PlatformTransactionManager> managers) {
		this.managers = managers;
	}

	void run(Runnable action) {
		Runnable suspending = action;
		for (PlatformTransactionManager manager : this.managers) {
			Runnable inner = suspending;
			suspending = () -> suspend(manager, inner);
		}
		suspending.run();
	}

	private static void suspend(PlatformTransactionManager manager, Runnable action) {
		var none = manager.getTransaction(NONE);
		try {
			action.run();
		}
		finally {
			// there is nothing to commit: what was suspended is resumed
			manager.commit(none);
		}
	}

}
