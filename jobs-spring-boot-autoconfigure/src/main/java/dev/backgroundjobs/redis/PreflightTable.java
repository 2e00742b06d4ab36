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

package dev.backgroundjobs.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backgroundjobs.core.PreflightFinding;

/**
 * Findings as a table for the log.
 */
final class PreflightTable {

	private PreflightTable() {
	}

	static String of(List<PreflightFinding> findings) {
		List<List<String>> rows = new ArrayList<>();
		rows.add(List.of("Check", "Found", "Consequence", "Cure"));
		findings.forEach((finding) -> rows
			.add(List.of(finding.check(), finding.found(), finding.consequence(), finding.cure())));
		int[] widths = IntStream.range(0, 4)
			.map((column) -> rows.stream().mapToInt((row) -> row.get(column).length()).max().orElse(0))
			.toArray();
		rows.add(1, IntStream.of(widths).mapToObj("-"::repeat).toList());
		return rows.stream().map((row) -> line(row, widths)).collect(Collectors.joining("\n"));
	}

	private static String line(List<String> row, int[] widths) {
		return IntStream.range(0, row.size())
			.mapToObj((column) -> row.get(column) + " ".repeat(widths[column] - row.get(column).length()))
			.collect(Collectors.joining(" | ", "  ", ""))
			.stripTrailing();
	}

}
