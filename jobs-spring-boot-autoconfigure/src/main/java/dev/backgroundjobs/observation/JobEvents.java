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

import org.springframework.context.ApplicationContext;

/**
 * The application events of a process: those somebody listens to, published one after the
 * other.
 */
final class JobEvents {

	private final ListenedEvents listened;

	private final EventQueue queue;

	JobEvents(ApplicationContext context, int capacity) {
		this.listened = new ListenedEvents(context, System::nanoTime);
		this.queue = new EventQueue(context, capacity);
	}

	/**
	 * Whether an event of a type is worth being made.
	 */
	boolean wants(Class<?> event) {
		return this.listened.contain(event);
	}

	void publish(Object event) {
		this.queue.publish(event);
	}

	EventQueue queue() {
		return this.queue;
	}

}
