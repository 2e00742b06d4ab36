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

package dev.backgroundjobs.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import org.awaitility.Awaitility;

/**
 * Jobs of several processes that make the same call at the same time, each on fifty
 * threads.
 */
class RacingJobs {

	static final int THREADS = 50;

	private final JournalJobs journal;

	RacingJobs(JournalJobs journal) {
		this.journal = journal;
	}

	/**
	 * Calls {@link JournalJobs#unique(int)} once as many processes are about to.
	 */
	@BackgroundJob("race")
	void race(int number, int processes) throws Exception {
		this.journal.note("racing " + number + " ");
		Awaitility.await()
			.atMost(60, TimeUnit.SECONDS)
			.until(() -> this.journal.entries("racing " + number + " ").size() == processes);
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			CyclicBarrier start = new CyclicBarrier(THREADS);
			List<Future<JobHandle<Void>>> calls = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				calls.add(threads.submit(() -> {
					start.await();
					return this.journal.unique(number);
				}));
			}
			for (Future<JobHandle<Void>> call : calls) {
				this.journal.note("accepted " + number + " " + call.get().acceptance() + " " + call.get().id());
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
