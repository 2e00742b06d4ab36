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

package dev.backgroundjobs.recurring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * How many slots a process asks for at once. Thousands of schedules may be due at one
 * moment: more calls than the connection holds would be refused, and claims beside them.
 * Thread-safe.
 */
final class FireTurns {

	static final int MOST = 200;

	private final BiConsumer<Runnable, Duration> timer;

	/** Each is given what it calls when it is over. */
	private final Deque<Consumer<Runnable>> waiting = new ArrayDeque<>();

	private final Runnable end = this::end;

	private int taken;

	FireTurns(BiConsumer<Runnable, Duration> timer) {
		this.timer = timer;
	}

	/**
	 * Do something when it is its turn, which may be at once.
	 * @param task what to do; it calls what it is given once, and throws nothing
	 */
	void await(Consumer<Runnable> task) {
		synchronized (this.waiting) {
			this.waiting.add(task);
		}
		next();
	}

	/**
	 * Give the turns that are free to those that wait.
	 */
	void next() {
		for (Consumer<Runnable> task = take(); task != null; task = take()) {
			task.accept(this.end);
		}
	}

	private @Nullable Consumer<Runnable> take() {
		synchronized (this.waiting) {
			Consumer<Runnable> task = (this.taken < MOST) ? this.waiting.poll() : null;
			this.taken += (task != null) ? 1 : 0;
			return task;
		}
	}

	private void end() {
		boolean wanted;
		synchronized (this.waiting) {
			this.taken--;
			wanted = !this.waiting.isEmpty();
		}
		if (wanted) {
			// the thread of an answer has others to read
			this.timer.accept(this::next, Duration.ZERO);
		}
	}

}
