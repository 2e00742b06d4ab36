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

package dev.backgroundjobs.actuate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.backgroundjobs.core.Deployment.Eviction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which evictions between two looks are worth a finding.
 */
@ExtendWith(OutputCaptureExtension.class)
class PastEvictionsTests {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final PastEvictions evictions = new PastEvictions(this.now::get);

	@Test
	void keysThatWentBeforeTheFirstLookAreNotNew() {
		assertThat(look("noeviction", 700)).isZero();
		assertThat(look("noeviction", 700)).isZero();
	}

	@Test
	void keysThatWentUnderAPolicyThatNobodySawAreAFindingForAnHour(CapturedOutput output) {
		look("noeviction", 700);
		assertThat(look("noeviction", 703)).isEqualTo(3);
		assertThat(look("noeviction", 704)).isEqualTo(4);
		this.now.addAndGet(Duration.ofMinutes(59).toNanos());
		assertThat(look("noeviction", 704)).isEqualTo(4);
		this.now.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(look("noeviction", 704)).isZero();
		assertThat(look("noeviction", 706)).as("those of now").isEqualTo(2);
		assertThat(output).containsOnlyOnce("Redis has evicted 3 keys lately");
	}

	@Test
	void keysThatWentWhileThePolicyWasSetRightAreAFinding() {
		look("allkeys-lru", 0);
		assertThat(look("noeviction", 9)).isEqualTo(9);
	}

	@Test
	void keysOfOthersMayGoUnderAPolicyThatSparesJobs() {
		look("volatile-lru", 0);
		assertThat(look("volatile-lru", 5)).isZero();
		assertThat(look("noeviction", 6)).isZero();
		assertThat(look("volatile-ttl", 8)).isZero();
	}

	@Test
	void restartedRedisCountsAnew() {
		look("noeviction", 700);
		assertThat(look("noeviction", 0)).isZero();
		assertThat(look("noeviction", 1)).isEqualTo(1);
	}

	private long look(String policy, long evicted) {
		return this.evictions.look(new Eviction(policy, policy.startsWith("allkeys"), evicted));
	}

}
