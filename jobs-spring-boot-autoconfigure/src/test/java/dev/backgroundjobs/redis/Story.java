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

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the oracle knows of one job.
 */
class Story {

	private final boolean retained;

	private @Nullable String owner;

	private int attempt;

	private boolean started;

	private boolean dead;

	private boolean ended;

	Story(boolean retained) {
		this.retained = retained;
	}

	boolean retained() {
		return this.retained;
	}

	/**
	 * The lease under which the job was claimed and not settled.
	 */
	@Nullable String owner() {
		return this.owner;
	}

	int attempt() {
		return this.attempt;
	}

	boolean dead() {
		return this.dead;
	}

	boolean ended() {
		return this.ended;
	}

	boolean waits() {
		return this.owner == null && !this.dead && !this.ended;
	}

	void claimed(String token, int number) {
		assertThat(this.dead || this.ended).as("a dead or ended job was claimed").isFalse();
		if (this.attempt == 0) {
			assertThat(number).as("first attempt").isEqualTo(1);
		}
		boolean grows = this.owner != null || this.started;
		assertThat(number).as("attempt").isGreaterThanOrEqualTo(this.attempt + (grows ? 1 : 0));
		this.owner = token;
		this.attempt = number;
	}

	void givenBack(boolean hadStarted) {
		this.owner = null;
		this.started = hadStarted;
		this.dead = false;
	}

	void died() {
		this.owner = null;
		this.dead = true;
	}

	/**
	 * Its last lease was lost, and a claim buried it.
	 */
	void foundDead() {
		assertThat(this.dead || this.owner != null).as("a job that waits or has ended was buried").isTrue();
		died();
	}

	void finished() {
		this.owner = null;
		this.ended = true;
	}

}
