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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.backgroundjobs.core.Deployment.Eviction;
import dev.backgroundjobs.core.PreflightFinding;
import org.jspecify.annotations.Nullable;

/**
 * Judges what servers say of themselves. What they do not say, because this user may not
 * ask, is not judged.
 */
final class PreflightChecks {

	private static final Duration TOLERABLE_SKEW = Duration.ofSeconds(5);

	private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

	private final List<PreflightFinding> findings = new ArrayList<>();

	/**
	 * The findings so far.
	 */
	List<PreflightFinding> findings() {
		return List.copyOf(this.findings);
	}

	PreflightChecks version(List<ServerInfo> servers) {
		servers.stream()
			.map((server) -> server.text("redis_version"))
			.filter((version) -> version != null && isTooOld(version))
			.findFirst()
			.ifPresent((version) -> this.findings.add(new PreflightFinding("version", "Redis " + version,
					"the scripts of this library do not run", "update Redis to 6.2 or later", true)));
		return this;
	}

	private static boolean isTooOld(String version) {
		Matcher numbers = VERSION.matcher(version);
		if (!numbers.matches()) {
			return false;
		}
		int major = Integer.parseInt(numbers.group(1));
		return major < 6 || (major == 6 && Integer.parseInt(numbers.group(2)) < 2);
	}

	PreflightChecks eviction(List<ServerInfo> servers) {
		Eviction eviction = ServerInfo.eviction(servers);
		if (eviction.mayTakeJobs()) {
			add("eviction", "maxmemory-policy " + eviction.policy(), "a full Redis throws jobs away",
					"CONFIG SET maxmemory-policy noeviction");
		}
		return this;
	}

	/**
	 * What a crash of Redis costs.
	 * @param servers the servers
	 * @param snapshots the server's {@code save}, or {@code null} if it did not say
	 */
	PreflightChecks persistence(List<ServerInfo> servers, @Nullable String snapshots) {
		if (servers.stream().anyMatch(PreflightChecks::cannotWriteItsDisk)) {
			add("persistence", "the last write to disk failed",
					"a crash of Redis loses jobs, and Redis may refuse new ones", "look at Redis' log and at its disk");
		}
		if (needsSnapshots(servers)) {
			String consequence = "a crash of Redis loses the jobs since its last snapshot, all if it takes none";
			String found = "appendonly no";
			if (snapshots != null) {
				consequence = snapshots.isEmpty() ? "a crash of Redis loses all jobs"
						: "a crash of Redis loses the jobs since its last snapshot";
				found += snapshots.isEmpty() ? ", no snapshots" : ", snapshots only";
			}
			add("persistence", found, consequence, "CONFIG SET appendonly yes");
		}
		return this;
	}

	/**
	 * Whether a server writes no append-only file and has no replica that would know.
	 */
	static boolean needsSnapshots(List<ServerInfo> servers) {
		return servers.stream()
			.anyMatch((server) -> "0".equals(server.text("aof_enabled")) && server.number("connected_slaves") == 0);
	}

	private static boolean cannotWriteItsDisk(ServerInfo server) {
		return "err".equals(server.text("aof_last_write_status"))
				|| "err".equals(server.text("rdb_last_bgsave_status"));
	}

	/**
	 * Whether the clocks agree.
	 * @param ahead how far this process is ahead of Redis, at least
	 */
	PreflightChecks clock(Duration ahead) {
		if (ahead.abs().compareTo(TOLERABLE_SKEW) > 0) {
			String far = ahead.abs().toSeconds() + " s ";
			add("clock", "this process is " + far + (ahead.isNegative() ? "behind" : "ahead of") + " Redis",
					"jobs for which this process names a time start that much too "
							+ (ahead.isNegative() ? "early" : "late"),
					"synchronise the clocks of both machines (NTP)");
		}
		return this;
	}

	/**
	 * Whether the user may do what the scripts do.
	 * @param commands commands that are not permitted
	 * @param keys patterns of keys that are not permitted
	 */
	PreflightChecks permissions(Collection<String> commands, Collection<String> keys) {
		if (!keys.isEmpty()) {
			add("permissions", "the user may not use keys " + String.join(" ", keys),
					"calls of jobs of these queues fail, and nothing of them runs",
					"ACL SETUSER <user> ~" + String.join(" ~", keys));
		}
		if (!commands.isEmpty()) {
			add("permissions", "the user may not run " + String.join(" ", commands),
					"calls fail, and queues stop at the first such command",
					"ACL SETUSER <user> +" + String.join(" +", commands));
		}
		return this;
	}

	private void add(String check, String found, String consequence, String cure) {
		this.findings.add(new PreflightFinding(check, found, consequence, cure, false));
	}

}
