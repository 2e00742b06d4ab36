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

package dev.backgroundjobs.sample.signup;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sign-ups that wait to be verified, and those that were, in a database that web and
 * worker share.
 */
@Component
final class Signups {

	private final JdbcClient database;

	Signups(JdbcClient database) {
		this.database = database;
	}

	/**
	 * Add a sign-up.
	 * @param email its address
	 * @param code the code that verifies it
	 * @throws org.springframework.dao.DuplicateKeyException if the address has signed up
	 */
	void add(String email, String code) {
		this.database.sql("insert into signup (email, code, signed_up_at) values (?, ?, ?)")
			.params(email, code, at(Instant.now()))
			.update();
	}

	/**
	 * Verify a sign-up.
	 * @param code its code
	 * @return {@code false} if no sign-up waits for this code
	 */
	boolean verify(String code) {
		return this.database.sql("update signup set verified = true where code = ? and not verified")
			.params(code)
			.update() == 1;
	}

	/**
	 * Remove sign-ups that were not verified in time.
	 * @param before when they were added at the latest
	 * @return how many were removed
	 */
	int removeWaitingSince(Instant before) {
		return this.database.sql("delete from signup where not verified and signed_up_at <= ?")
			.params(at(before))
			.update();
	}

	/**
	 * How many sign-ups wait and how many addresses are verified.
	 * @return the figures
	 */
	Figures figures() {
		return this.database
			.sql("select count(*) filter (where not verified) as waiting, count(*) filter (where verified) as verified "
					+ "from signup")
			.query(Figures.class)
			.single();
	}

	private static OffsetDateTime at(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

	/**
	 * How many there are.
	 *
	 * @param waiting sign-ups not verified yet
	 * @param verified verified addresses
	 */
	record Figures(long waiting, long verified) {

	}

}
