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

package dev.backgroundjobs.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Forms batches without a timer and without a thread: what is added while no batch is on
 * its way is sent at once by the adding thread; what is added meanwhile rides in the next
 * batch. Thread-safe.
 *
 * @param <E> the type of the entries
 */
final class Batcher<E> {

	private final int maxEntries;

	private final int maxBytes;

	private final ToIntFunction<E> size;

	private final ToIntFunction<E> bytes;

	private final Consumer<List<E>> sender;

	private final Deque<E> waiting = new ArrayDeque<>();

	private boolean sending;

	/** A thread is sending; it goes on with the next batch itself. */
	private boolean looping;

	private boolean another;

	/**
	 * Create a batcher of entries that count as one each.
	 * @param maxEntries the most entries in a batch
	 * @param maxBytes the most bytes in a batch, unless one entry alone has more
	 * @param bytes the bytes of an entry
	 * @param sender sends a batch and calls {@link #next()} when it is done with
	 */
	Batcher(int maxEntries, int maxBytes, ToIntFunction<E> bytes, Consumer<List<E>> sender) {
		this(maxEntries, maxBytes, (entry) -> 1, bytes, sender);
	}

	/**
	 * Create a batcher of entries that are never divided.
	 * @param maxEntries the most entries in a batch, counted by their sizes
	 * @param maxBytes the most bytes in a batch, unless one entry alone has more
	 * @param size for how many an entry counts
	 * @param bytes the bytes of an entry
	 * @param sender sends a batch and calls {@link #next()} when it is done with
	 */
	Batcher(int maxEntries, int maxBytes, ToIntFunction<E> size, ToIntFunction<E> bytes, Consumer<List<E>> sender) {
		this.maxEntries = maxEntries;
		this.maxBytes = maxBytes;
		this.size = size;
		this.bytes = bytes;
		this.sender = sender;
	}

	void add(E entry) {
		synchronized (this.waiting) {
			this.waiting.add(entry);
			if (this.sending) {
				return;
			}
			this.sending = true;
		}
		next();
	}

	/**
	 * The batch on its way is done with: send the next one. However many batches fail at
	 * once, they fail one after the other, not one inside the other.
	 */
	void next() {
		synchronized (this.waiting) {
			this.another = true;
			if (this.looping) {
				return;
			}
			this.looping = true;
		}
		boolean ended = false;
		try {
			for (List<E> batch = take(); batch != null; batch = take()) {
				this.sender.accept(batch);
			}
			ended = true;
		}
		finally {
			if (!ended) {
				// a sender that throws does not stop those that come after it
				synchronized (this.waiting) {
					this.looping = false;
					this.sending = false;
				}
			}
		}
	}

	private @Nullable List<E> take() {
		synchronized (this.waiting) {
			if (!this.another) {
				// the batch is on its way; its end calls again
				this.looping = false;
				return null;
			}
			this.another = false;
			this.sending = !this.waiting.isEmpty();
			this.looping = this.sending;
			return this.sending ? takeBatch() : null;
		}
	}

	private List<E> takeBatch() {
		List<E> batch = new ArrayList<>(Math.min(this.waiting.size(), this.maxEntries));
		int entries = 0;
		long size = 0;
		while (!this.waiting.isEmpty()) {
			E entry = this.waiting.element();
			entries += this.size.applyAsInt(entry);
			size += this.bytes.applyAsInt(entry);
			if (!batch.isEmpty() && (entries > this.maxEntries || size > this.maxBytes)) {
				break;
			}
			batch.add(this.waiting.remove());
		}
		return batch;
	}

	/**
	 * Take back an entry that is not on its way yet.
	 */
	boolean remove(E entry) {
		synchronized (this.waiting) {
			return this.waiting.remove(entry);
		}
	}

}
