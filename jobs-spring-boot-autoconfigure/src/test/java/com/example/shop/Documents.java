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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.UniqueJob;

class Documents {

	private final Printer printer;

	private final Search search;

	Documents(Printer printer, Search search) {
		this.printer = printer;
		this.search = search;
	}

	@BackgroundJob
	@UniqueJob(key = "#order")
	JobHandle<Void> invoice(String order) {
		this.printer.print(order);
		return JobHandle.completed();
	}

	@BackgroundJob
	@UniqueJob(key = "#document.id", until = UniqueJob.Until.STARTED, onConflict = UniqueJob.OnConflict.DEBOUNCE)
	void index(Document document) {
		this.search.index(document.id(), document.text());
	}

	static String invoiceOnce(JobClient jobs, Documents documents, String order) {
		JobHandle<Void> invoice = jobs.uniqueKey("invoice-" + order).enqueue(() -> documents.invoice(order));
		return switch (invoice.acceptance()) {
			case CREATED, REPLACED -> "enqueued as " + invoice.id();
			case EXISTING, DEBOUNCED -> "waits already as " + invoice.id();
		};
	}

	record Document(String id, String text) {

	}

	interface Printer {

		void print(String order);

	}

	interface Search {

		void index(String id, String text);

	}

}
