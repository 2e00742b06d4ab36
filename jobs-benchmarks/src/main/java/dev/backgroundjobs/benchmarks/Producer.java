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

package dev.backgroundjobs.benchmarks;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobClient;

/**
 * Enqueues jobs in the ways applications do.
 */
final class Producer {

	private static final int THREADS = 8;

	/** Jobs a call of the bulk API. */
	private static final int BULK = 1000;

	private final WelcomeJobs jobs;

	private final JobClient client;

	Producer(WelcomeJobs jobs, JobClient client) {
		this.jobs = jobs;
		this.client = client;
	}

	/**
	 * Enqueue jobs, some of them before the clock starts.
	 * @param mode {@code enq} for one thread, {@code par} for eight, {@code bulk} for one
	 * that enqueues 1000 a call, {@code kept} for eight that enqueue jobs whose ends are
	 * kept, {@code lat} for one call about every 20 ms
	 * @return what was measured, as JSON
	 */
	String produce(String mode, int number, int warm) throws Exception {
		if (mode.equals("lat")) {
			return timed(number, () -> paced(number, warm));
		}
		if (mode.equals("bulk")) {
			bulk(warm);
			return timed(number, () -> bulk(number));
		}
		int threads = switch (mode) {
			case "enq" -> 1;
			case "par", "kept" -> THREADS;
			default -> throw new IllegalArgumentException(mode);
		};
		LongConsumer call = mode.equals("kept") ? (user) -> this.jobs.welcomeAndKeep(user, "welcome")
				: (user) -> this.jobs.welcome(user, "welcome");
		enqueue(threads, warm, call);
		return timed(number, () -> enqueue(threads, number, call));
	}

	private static String timed(int number, Callable<?> what) throws Exception {
		long start = System.nanoTime();
		what.call();
		return String.format(Locale.ROOT, "{\"n\": %d, \"sec\": %f}", number, (System.nanoTime() - start) / 1e9);
	}

	private static int enqueue(int threads, int number, LongConsumer call) throws Exception {
		AtomicInteger next = new AtomicInteger();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			for (Future<?> thread : executor.invokeAll(IntStream.range(0, threads)
				.mapToObj((index) -> Executors.callable(() -> enqueueUntil(next, number, call)))
				.toList())) {
				thread.get();
			}
		}
		finally {
			executor.shutdown();
		}
		return number;
	}

	private static void enqueueUntil(AtomicInteger next, int number, LongConsumer call) {
		for (int i = next.getAndIncrement(); i < number; i = next.getAndIncrement()) {
			call.accept(i);
		}
	}

	private int bulk(int number) {
		for (int from = 0; from < number; from += BULK) {
			int first = from;
			int end = Math.min(number, from + BULK);
			this.client.enqueueAll(() -> {
				for (int i = first; i < end; i++) {
					this.jobs.welcome(i, "welcome");
				}
			});
		}
		return number;
	}

	private int paced(int number, int warm) {
		for (int i = 0; i < warm + number; i++) {
			this.jobs.welcome((i < warm) ? -1 : LatencyTally.micros(), "welcome");
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(18 + ThreadLocalRandom.current().nextInt(5)));
		}
		return number;
	}

}
