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

package dev.backgroundjobs.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.listener.JobListenerContainerOptions.Order;
import org.jspecify.annotations.Nullable;

/**
 * Properties of queues that share slots.
 */
public class WorkerPoolProperties {

	/**
	 * Queues of the pool, each with its weight behind a colon, 1 without.
	 */
	private List<String> queues = new ArrayList<>();

	/**
	 * Which of the queues a free slot is for.
	 */
	private Order order = Order.WEIGHTED;

	/**
	 * How many jobs of these queues this process runs at a time. By default, the value of
	 * 'background-jobs.worker.concurrency'.
	 */
	private @Nullable Integer concurrency;

	public List<String> getQueues() {
		return this.queues;
	}

	public void setQueues(List<String> queues) {
		this.queues = queues;
	}

	public Order getOrder() {
		return this.order;
	}

	public void setOrder(Order order) {
		this.order = order;
	}

	public @Nullable Integer getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(@Nullable Integer concurrency) {
		this.concurrency = concurrency;
	}

}
