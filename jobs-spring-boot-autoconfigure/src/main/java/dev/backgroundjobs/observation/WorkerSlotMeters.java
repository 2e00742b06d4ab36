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

import java.util.function.IntSupplier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Gauges of the slots of this process: how many jobs it runs and how many more it could.
 */
public final class WorkerSlotMeters implements MeterBinder {

	private final IntSupplier slots;

	private final IntSupplier busy;

	/**
	 * Create meters.
	 * @param slots how many jobs this process runs at a time at most
	 * @param busy how many it runs now
	 */
	public WorkerSlotMeters(IntSupplier slots, IntSupplier busy) {
		this.slots = slots;
		this.busy = busy;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(registry, "busy", this.busy);
		gauge(registry, "free", () -> Math.max(0, this.slots.getAsInt() - this.busy.getAsInt()));
	}

	private static void gauge(MeterRegistry registry, String state, IntSupplier number) {
		Gauge.builder("background.jobs.workers.slots", number::getAsInt)
			.description("Jobs that this process runs and could run besides")
			.tag("state", state)
			.register(registry);
	}

}
