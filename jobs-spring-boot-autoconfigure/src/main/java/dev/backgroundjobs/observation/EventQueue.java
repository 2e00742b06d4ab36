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

package dev.backgroundjobs.observation;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Publishes events in their order on a thread of its own, which there is while there are
 * events. What does not find room is left out and counted.
 */
final class EventQueue {

	private static final Logger logger = LoggerFactory.getLogger(EventQueue.class);

	private static final long TELL_AGAIN_NS = Duration.ofMinutes(1).toNanos();

	private final ApplicationEventPublisher publisher;

	private final int capacity;

	private final ThreadPoolExecutor thread;

	private final AtomicLong leftOut = new AtomicLong();

	/** Run as soon as there is room for them behind the events. */
	private final Queue<Runnable> callbacks = new ConcurrentLinkedQueue<>();

	private final AtomicLong tellFrom = new AtomicLong(System.nanoTime());

	EventQueue(ApplicationEventPublisher publisher, int capacity) {
		this.publisher = publisher;
		this.capacity = capacity;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("background-jobs-events-");
		threads.setDaemon(true);
		this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(capacity), threads);
		this.thread.allowCoreThreadTimeOut(true);
	}

	/**
	 * Publish an event soon. Never waits, and never fails: it is called where jobs run.
	 */
	void publish(Object event) {
		try {
			this.thread.execute(() -> publishNow(event));
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// no room, or the system has no thread to give
			this.leftOut.incrementAndGet();
			tellOfThoseLeftOut();
		}
	}

	private void publishNow(Object event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener of {} failed", event.getClass().getSimpleName(), ex);
		}
		callBack();
	}

	private void tellOfThoseLeftOut() {
		long now = System.nanoTime();
		long from = this.tellFrom.get();
		if (!this.thread.isShutdown() && now - from >= 0 && this.tellFrom.compareAndSet(from, now + TELL_AGAIN_NS)) {
			logger.warn("{} application event(s) about jobs were left out, because their listeners are slower than the "
					+ "jobs and background-jobs.events.capacity ({}) events wait for them. Let listeners hand over "
					+ "what takes long", this.leftOut.getAndSet(0), this.capacity);
		}
	}

	/**
	 * Run something when all events so far have been heard, also if no room is left.
	 */
	void afterThese(Runnable callback) {
		this.callbacks.add(callback);
		callBack();
	}

	private void callBack() {
		if (this.callbacks.isEmpty()) {
			return;
		}
		try {
			this.thread.execute(this::runCallbacks);
		}
		catch (RejectedExecutionException ex) {
			// without room an event waits, and when it has been heard this is tried again
			if (this.thread.isShutdown()) {
				runCallbacks();
			}
		}
		catch (OutOfMemoryError ex) {
			// the system has no thread to give
			runCallbacks();
		}
	}

	private void runCallbacks() {
		for (Runnable next = this.callbacks.poll(); next != null; next = this.callbacks.poll()) {
			next.run();
		}
	}

	void close() {
		this.thread.shutdownNow();
	}

}
