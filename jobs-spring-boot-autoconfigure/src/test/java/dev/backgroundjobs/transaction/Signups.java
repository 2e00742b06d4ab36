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

package dev.backgroundjobs.transaction;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Customers in a database and jobs about them.
 */
class Signups {

	private final JdbcTemplate jdbc;

	private final List<String> log = new CopyOnWriteArrayList<>();

	Signups(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	List<String> log() {
		return this.log;
	}

	void insert(String email) {
		this.jdbc.update("insert into customer (email) values (?)", email);
	}

	@BackgroundJob("mail")
	void welcome(String email) {
		Long rows = this.jdbc.queryForObject("select count(*) from customer where email = ?", Long.class, email);
		this.log.add("welcome " + email + ", customer: " + (rows != null && rows == 1));
	}

	@BackgroundJob("mail")
	@TransactionalEventListener
	void signedUp(SignedUp event) {
		this.log.add("signed up " + event.email());
	}

	@BackgroundJob("reports")
	JobHandle<String> report(String email) {
		return JobHandle.completed(email);
	}

	record SignedUp(String email) {

	}

}
