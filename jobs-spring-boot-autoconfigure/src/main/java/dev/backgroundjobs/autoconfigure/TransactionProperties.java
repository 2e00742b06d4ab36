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

import java.time.Duration;

/**
 * Calls inside a database transaction.
 */
public class TransactionProperties {

	/**
	 * When a call inside a transaction is enqueued: after the commit, or at once as if
	 * there were no transaction.
	 */
	private Mode mode = Mode.AFTER_COMMIT;

	/**
	 * How long the jobs of a transaction may take to be enqueued after its commit, all
	 * together; the database connection is still held then.
	 */
	private Duration enqueueTimeout = Duration.ofSeconds(2);

	public Mode getMode() {
		return this.mode;
	}

	public void setMode(Mode mode) {
		this.mode = mode;
	}

	public Duration getEnqueueTimeout() {
		return this.enqueueTimeout;
	}

	public void setEnqueueTimeout(Duration enqueueTimeout) {
		this.enqueueTimeout = enqueueTimeout;
	}

	/**
	 * When a call inside a transaction is enqueued.
	 */
	public enum Mode {

		/**
		 * After the commit; never if the transaction rolls back.
		 */
		AFTER_COMMIT,

		/**
		 * At once, whether the transaction commits or not.
		 */
		IMMEDIATE

	}

}
