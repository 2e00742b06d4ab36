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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job's method is a method: a plain test calls it and looks at its result.
 */
class ReportsTests {

	@Test
	void reportHasTheTotalOfEachMonth() {
		Reports reports = new Reports((year, month) -> 100L * month);
		Reports.Report report = reports.generate(2025).await(Duration.ZERO);
		assertThat(report).isNotNull();
		assertThat(report.totals()).hasSize(12).startsWith(100L, 200L);
	}

}
