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

import java.time.Duration;
import java.util.List;
import java.util.Set;

import dev.backgroundjobs.core.PreflightFinding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said about servers that tests cannot have: of other versions and settings.
 */
class PreflightChecksTests {

	private final PreflightChecks checks = new PreflightChecks();

	@ParameterizedTest
	@ValueSource(strings = { "2.8.19", "5.0.14", "6.0.16" })
	void versionThatLacksCommandsIsFatal(String version) {
		assertThat(this.checks.version(info("redis_version:" + version)).findings()).singleElement()
			.satisfies((finding) -> {
				assertThat(finding.fatal()).isTrue();
				assertThat(finding.found()).isEqualTo("Redis " + version);
				assertThat(finding.cure()).contains("6.2");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "6.2.0", "7.0.15", "10.1.0", "unheard of" })
	void laterVersionsAreFine(String version) {
		assertThat(this.checks.version(info("redis_version:" + version)).findings()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "noeviction, false", "volatile-lru, false", "volatile-ttl, false", "allkeys-lru, true",
			"allkeys-random, true" })
	void policyIsJudgedByWhetherItMayTakeJobs(String policy, boolean found) {
		assertThat(this.checks.eviction(info("maxmemory_policy:" + policy)).findings()).hasSize(found ? 1 : 0)
			.allSatisfy((finding) -> assertThat(finding.cure()).isEqualTo("CONFIG SET maxmemory-policy noeviction"));
	}

	@Test
	void oneMasterOfAClusterIsEnough() {
		List<ServerInfo> servers = List.of(ServerInfo.parse("maxmemory_policy:noeviction"),
				ServerInfo.parse("maxmemory_policy:allkeys-lru"));
		assertThat(this.checks.eviction(servers).findings()).singleElement()
			.extracting(PreflightFinding::found)
			.isEqualTo("maxmemory-policy allkeys-lru, noeviction");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''           | a crash of Redis loses all jobs
			3600 1 300 9 | a crash of Redis loses the jobs since its last snapshot
			             | a crash of Redis loses the jobs since its last snapshot, all if it takes none
			""")
	void whatACrashCostsIsSaid(String snapshots, String consequence) {
		assertThat(this.checks.persistence(info("aof_enabled:0"), snapshots).findings()).singleElement()
			.extracting(PreflightFinding::consequence)
			.isEqualTo(consequence);
	}

	@Test
	void appendOnlyFileOrReplicaKeepsJobs() {
		assertThat(this.checks.persistence(info("aof_enabled:1"), null)
			.persistence(info("aof_enabled:0\r\nconnected_slaves:1"), null)
			.findings()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "aof_last_write_status:err", "rdb_last_bgsave_status:err" })
	void failingDiskIsFound(String line) {
		assertThat(this.checks.persistence(info("aof_enabled:1\r\n" + line), null).findings()).singleElement()
			.extracting(PreflightFinding::found)
			.isEqualTo("the last write to disk failed");
	}

	@ParameterizedTest
	@CsvSource({ "-6, 6 s behind Redis, early", "7, 7 s ahead of Redis, late" })
	void clocksThatDisagreeAreFound(int seconds, String found, String consequence) {
		assertThat(this.checks.clock(Duration.ofSeconds(seconds)).findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.found()).endsWith(found);
			assertThat(finding.consequence()).endsWith(consequence);
		});
	}

	@Test
	void whatIsFineOrUnknownIsNotFound() {
		assertThat(this.checks.clock(Duration.ofMillis(-4999))
			.permissions(Set.of(), Set.of())
			.version(List.of())
			.eviction(List.of())
			.persistence(List.of(), null)
			.findings()).isEmpty();
	}

	private static List<ServerInfo> info(String text) {
		return List.of(ServerInfo.parse("# Server\r\n" + text + "\r\n"));
	}

}
