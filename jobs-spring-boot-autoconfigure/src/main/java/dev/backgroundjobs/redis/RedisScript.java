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

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.springframework.data.redis.core.script.DigestUtils;

/**
 * The scripts, one a transition.
 */
enum RedisScript {

	ENQUEUE, CLAIM, SETTLE, RELAY, RECEIVE, RENEW, FIRE, DEFINE, FORGET, ARRIVE, CANCEL, RETRY_DEAD, RESCHEDULE, DELETE,
	PAUSE, DEAD, AWAIT, REPORT, NAMES, FIND, INSPECT, HEARTBEAT, DECLARE, WITHDRAW, PREFLIGHT;

	private final String source;

	private final String sha;

	RedisScript() {
		this.source = ScriptSource.of(file());
		this.sha = DigestUtils.sha1DigestAsHex(this.source);
	}

	/**
	 * The file of the script, beside this class.
	 */
	String file() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".lua";
	}

	byte[] source() {
		return this.source.getBytes(StandardCharsets.UTF_8);
	}

	String sha() {
		return this.sha;
	}

	/**
	 * A line of the source, as errors number them; empty if there is none.
	 */
	String line(int number) {
		return this.source.lines().skip(Math.max(0, number - 1)).findFirst().orElse("");
	}

}
