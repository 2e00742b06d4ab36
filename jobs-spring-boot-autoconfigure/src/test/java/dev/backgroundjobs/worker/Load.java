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

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import dev.backgroundjobs.EnqueueOutcomeUnknownException;
import dev.backgroundjobs.JobHandle;

import org.springframework.dao.DataAccessException;

/**
 * Enqueues jobs, numbered from 1, every few milliseconds until it is closed, and knows
 * which were accepted.
 */
final class Load implements AutoCloseable {

	private final IntFunction<JobHandle<Void>> enqueue;

	private final Queue<Integer> accepted = new ConcurrentLinkedQueue<>();

	private final Queue<JobHandle<Void>> handles = new ConcurrentLinkedQueue<>();

	private final AtomicInteger unknown = new AtomicInteger();

	private final CountDownLatch end = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "load");

	Load(IntFunction<JobHandle<Void>> enqueue) {
		this.enqueue = enqueue;
		this.thread.start();
	}

	private void run() {
		try {
			for (int number = 1; !this.end.await(5, TimeUnit.MILLISECONDS); number++) {
				enqueue(number);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void enqueue(int number) {
		try {
			this.handles.add(this.enqueue.apply(number));
			this.accepted.add(number);
		}
		catch (EnqueueOutcomeUnknownException ex) {
			this.unknown.incrementAndGet();
		}
		catch (DataAccessException ex) {
			// refused: the caller knows that there is no such job
		}
	}

	Queue<Integer> accepted() {
		return this.accepted;
	}

	Queue<JobHandle<Void>> handles() {
		return this.handles;
	}

	int unknown() {
		return this.unknown.get();
	}

	@Override
	public void close() {
		this.end.countDown();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
