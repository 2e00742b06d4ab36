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

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.Assert;

/**
 * Calls inside transactions of PostgreSQL. Runs in the Maven profile {@code postgresql},
 * on the database that the environment variable {@code JOBS_TEST_POSTGRESQL} names:
 * {@code .ci/with-postgresql} starts one.
 */
class PostgresqlTransactionTests extends TransactionContract {

	@Override
	DataSource dataSource() {
		String url = System.getenv("JOBS_TEST_POSTGRESQL");
		Assert.state(url != null, "JOBS_TEST_POSTGRESQL must be the URL of a database: run it by .ci/with-postgresql");
		return new DriverManagerDataSource(url);
	}

}
