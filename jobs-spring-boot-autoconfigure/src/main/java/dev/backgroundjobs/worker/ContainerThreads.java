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

import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The threads on which a container runs jobs: as many as it has slots, and one more for
 * each that does not come back.
 */
final class ContainerThreads implements Executor {

	private final Executor executor;

	private final @Nullable ThreadPoolTaskExecutor pool;

	ContainerThreads(Executor executor) {
		this.executor = executor;
		this.pool = (executor instanceof ThreadPoolTaskExecutor bounded) ? bounded : null;
	}

	@Override
	public void execute(Runnable task) {
		this.executor.execute(task);
	}

	/**
	 * Another thread for the slot of one that does not come back.
	 */
	void addOne() {
		if (this.pool != null) {
			this.pool.setMaxPoolSize(this.pool.getMaxPoolSize() + 1);
			this.pool.setCorePoolSize(this.pool.getCorePoolSize() + 1);
		}
	}

	/**
	 * It has come back after all.
	 */
	void removeOne() {
		if (this.pool != null) {
			this.pool.setCorePoolSize(this.pool.getCorePoolSize() - 1);
			this.pool.setMaxPoolSize(this.pool.getMaxPoolSize() - 1);
		}
	}

}
