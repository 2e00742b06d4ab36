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
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobsNotEnqueuedEvent;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.NotEnqueuedJob;
import dev.backgroundjobs.RecurringJob;

import org.springframework.context.event.EventListener;

class Payments {

	private final PaymentProvider provider;

	private final Queue<NotEnqueuedJob> lost = new ConcurrentLinkedQueue<>();

	Payments(PaymentProvider provider) {
		this.provider = provider;
	}

	@BackgroundJob("payments")
	void charge(String order, long cents) {
		JobContext job = JobContext.current();
		this.provider.charge(order, cents, job.id(), job.attempt());
	}

	@BackgroundJob(queue = "payments", timeout = "30s")
	JobHandle<Void> refund(String order) {
		if (!this.provider.knows(order)) {
			throw new NonRetryableJobException("There is no order " + order);
		}
		this.provider.refund(order, JobContext.current().id());
		return JobHandle.completed();
	}

	@RecurringJob(cron = "0 0 3 * * *", zone = "Europe/Berlin")
	void settleAccounts() {
		this.provider.settle();
	}

	@BackgroundJob(queue = "payments", name = "Payments.remind", aliases = "Mails.remind", priority = JobPriority.LOW,
			expiresAfter = "2h")
	void remind(String order) {
		this.provider.remind(order);
	}

	static void refundAtOnce(JobClient jobs, Payments payments, String order) {
		jobs.queue("express").priority(JobPriority.HIGH).enqueue(() -> payments.refund(order));
	}

	static String refundLater(JobClient jobs, Payments payments, String order) {
		JobHandle<Void> refund = jobs.id("refund-" + order)
			.in(Duration.ofHours(1))
			.enqueue(() -> payments.refund(order));
		return refund.id();
	}

	static boolean refundNow(JobClient jobs, String id) {
		return jobs.promote(id);
	}

	static boolean refundOn(JobClient jobs, String id, LocalDate day, ZoneId zone) {
		return jobs.reschedule(id, day.atStartOfDay(zone).toInstant());
	}

	static long chargeAll(JobClient jobs, Payments payments, List<Order> open) {
		return jobs.enqueueAll(() -> open.forEach((order) -> payments.charge(order.id(), order.cents())));
	}

	@EventListener
	void keepForLater(JobsNotEnqueuedEvent event) {
		event.jobs().forEach(this.lost::add);
	}

	record Order(String id, long cents) {

	}

	interface PaymentProvider {

		void charge(String order, long cents, String idempotencyKey, int fencingNumber);

		boolean knows(String order);

		void refund(String order, String idempotencyKey);

		void settle();

		void remind(String order);

	}

}
