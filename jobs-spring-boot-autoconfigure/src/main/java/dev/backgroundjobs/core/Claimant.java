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

import java.util.concurrent.CompletionStage;

/**
 * Claims the jobs of one partition for one container.
 */
public interface Claimant {

	/**
	 * The most jobs that one claim gives.
	 */
	int MAX_SLOTS = 200;

	/**
	 * Claim jobs: what is due is promoted and what lost its worker is recovered on the
	 * way. One claim at a time; after a failure the next call repeats the same claim, so
	 * that a lost answer neither strands jobs nor claims twice.
	 * @param slots how many at most, up to {@link #MAX_SLOTS}; 0 to hand a wake-up on to
	 * another container
	 * @return the claimed jobs, or a {@link StoreUnavailableException}
	 */
	CompletionStage<Claim> claim(int slots);

	/**
	 * Claim nothing more and be woken no more. Does not wait for a claim on its way.
	 */
	void close();

}
