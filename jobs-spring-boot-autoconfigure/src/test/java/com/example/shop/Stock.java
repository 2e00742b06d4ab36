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

import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.RecurringJob;

/**
 * Counted in the background.
 */
class Stock {

	private final Warehouse warehouse;

	Stock(Warehouse warehouse) {
		this.warehouse = warehouse;
	}

	@RecurringJob(id = "stock.often", fixedRate = "${shop.stock.every:5m}", overlap = OverlapPolicy.QUEUE_ONE)
	@RecurringJob(id = "stock.nightly", cron = "@midnight", zone = "Europe/Berlin", misfire = MisfirePolicy.SKIP)
	void countStock() {
		this.warehouse.count();
	}

	interface Warehouse {

		void count();

	}

}
