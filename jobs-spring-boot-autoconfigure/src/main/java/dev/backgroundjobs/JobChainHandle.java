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

package dev.backgroundjobs;

import java.util.List;

/**
 * A chain that was enqueued, seen from the caller. Everything but {@link #cancel()}
 * concerns its last step. Thread-safe.
 * <p>
 * If the caller chose an id and a job with it existed, nothing was enqueued, and the
 * handle follows the chain that job begins: each step is the one in its place there. Its
 * id is asked from Redis, once, when something is asked of it; a step of which those
 * before it are not known any more, or that the chain does not have, is not known.
 *
 * @param <T> the type of the last step's result
 */
public interface JobChainHandle<T> extends JobHandle<T> {

	/**
	 * The steps, each a job of its own.
	 * @return handles to all of them, in their order; without the children of a fan-out
	 * whose join existed already: those of this call were not enqueued, and the others
	 * are not known
	 */
	List<JobHandle<?>> steps();

	/**
	 * Cancel the step that is next, or runs, and with it those behind it; see
	 * {@link JobClient#cancel(String)}. If the running step completes nevertheless, the
	 * chain still ends there. Of a fan-out also the children are cancelled that have not
	 * ended, unless its join existed already when it was called for.
	 * @return whether a step is cancelled or has been told to stop
	 */
	@Override
	boolean cancel();

}
