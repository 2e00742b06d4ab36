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

package com.example.shop;

import java.time.Duration;
import java.util.List;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.RecurringJob;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

class Shipments {

	private final JdbcClient jdbc;

	private final Carrier carrier;

	Shipments(JdbcClient jdbc, Carrier carrier) {
		this.jdbc = jdbc;
		this.carrier = carrier;
	}

	@BackgroundJob
	void ship(long order) {
		this.jdbc.sql("select address from orders where id = ? and not cancelled")
			.param(order)
			.query(String.class)
			.optional()
			.ifPresent((address) -> this.carrier.ship(order, address));
	}

	@BackgroundJob
	@Transactional
	void book(long account, long cents) {
		String job = JobContext.current().id();
		if (this.jdbc.sql("insert into booked (job) values (?) on conflict do nothing").param(job).update() == 1) {
			this.jdbc.sql("update accounts set cents = cents + ? where id = ?").params(cents, account).update();
		}
	}

	@BackgroundJob("labels")
	void printLabel(long order) {
		this.carrier.label(order);
	}

	@BackgroundJob("labels")
	void handOver(long order) {
		if (!this.carrier.hasLabel(order)) {
			JobContext.current().snooze(Duration.ofMinutes(10));
			return;
		}
		this.carrier.collect(order);
	}

	interface Carrier {

		void ship(long order, String address);

		void label(long order);

		boolean hasLabel(long order);

		void collect(long order);

	}

	static class Reminder {

		private final JdbcClient jdbc;

		private final JobClient jobs;

		private final Shipments shipments;

		Reminder(JdbcClient jdbc, JobClient jobs, Shipments shipments) {
			this.jdbc = jdbc;
			this.jobs = jobs;
			this.shipments = shipments;
		}

		@RecurringJob(cron = "0 */5 * * * *")
		void shipWhatWasForgotten() {
			List<Long> orders = this.jdbc.sql("select id from orders where paid and not shipped limit 1000")
				.query(Long.class)
				.list();
			this.jobs.enqueueAll(() -> orders
				.forEach((order) -> this.jobs.id("ship-" + order).enqueue(() -> this.shipments.ship(order))));
		}

	}

}
