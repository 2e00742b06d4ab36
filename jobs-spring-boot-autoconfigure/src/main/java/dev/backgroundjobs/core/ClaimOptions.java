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

package dev.backgroundjobs.core;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a container claims.
 *
 * @param lease how long a claim lasts unless renewed
 * @param maxLeaseLosses after how many lost leases a job is buried
 * @param wakeUp what to run when there is something to claim; called on a thread of the
 * store
 * @param cancelled told the token of a lease when one of its jobs was cancelled; called
 * on a thread of the store, and not for sure: renewals tell, too
 */
public record ClaimOptions(Duration lease, int maxLeaseLosses, Runnable wakeUp, Consumer<String> cancelled) {

	public ClaimOptions(Duration lease, int maxLeaseLosses, Runnable wakeUp) {
		this(lease, maxLeaseLosses, wakeUp, (token) -> {
		});
	}

}
