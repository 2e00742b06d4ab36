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

package dev.backgroundjobs.core;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.RetryJobAfterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A retry or a dead letter.
 */
class RetryDecisionTests {

	private final RetryPolicy policy = RetryPolicy.builder()
		.maxRetries(4)
		.delay(Duration.ofSeconds(2))
		.multiplier(5)
		.maxDelay(Duration.ofSeconds(70))
		.build();

	@Test
	void delaysGrowUpToTheLongest() {
		assertThat(IntStream.range(0, 4).mapToObj(this::outcome)).extracting((outcome) -> (JobOutcome.Retry) outcome)
			.extracting(JobOutcome.Retry::delay)
			.containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(50),
					Duration.ofSeconds(70));
	}

	@Test
	void jobOutOfRetriesIsDead() {
		assertThat(outcome(4)).isInstanceOfSatisfying(JobOutcome.Dead.class,
				(dead) -> assertThat(dead.failure().message()).isEqualTo("busy"));
	}

	@Test
	void retryKeepsTheFailure() {
		assertThat(outcome(0)).isInstanceOfSatisfying(JobOutcome.Retry.class,
				(retry) -> assertThat(retry.failure().type()).isEqualTo(IOException.class.getName()));
	}

	@Test
	void delayIsMovedByTheJitter() {
		RetryPolicy jittered = RetryPolicy.builder()
			.maxRetries(1)
			.delay(Duration.ofSeconds(10))
			.jitter(Duration.ofSeconds(3))
			.build();
		assertThat(IntStream.range(0, 50).mapToObj((i) -> RetryDecision.of(new IOException(), jittered, 0)))
			.extracting((outcome) -> ((JobOutcome.Retry) outcome).delay())
			.allSatisfy((delay) -> assertThat(delay).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(13)))
			.extracting(Duration::toMillis)
			.doesNotContainSequence(10_000L, 10_000L, 10_000L);
	}

	@Test
	void withoutRetriesTheFirstFailureIsDead() {
		RetryPolicy none = RetryPolicy.builder().maxRetries(0).build();
		assertThat(RetryDecision.of(new IOException("busy"), none, 0)).isInstanceOf(JobOutcome.Dead.class);
	}

	@Test
	void onlyIncludedExceptionsAreRetried() {
		RetryPolicy included = RetryPolicy.builder().includes(IOException.class).build();
		assertThat(RetryDecision.of(new FileNotFoundException(), included, 0)).isInstanceOf(JobOutcome.Retry.class);
		assertThat(RetryDecision.of(new IllegalStateException(), included, 0)).isInstanceOf(JobOutcome.Dead.class);
	}

	@Test
	void excludedExceptionsAreNotRetried() {
		RetryPolicy excluded = RetryPolicy.builder()
			.includes(IOException.class)
			.excludes(FileNotFoundException.class)
			.build();
		assertThat(RetryDecision.of(new FileNotFoundException(), excluded, 0)).isInstanceOf(JobOutcome.Dead.class);
		assertThat(RetryDecision.of(new IOException(), excluded, 0)).isInstanceOf(JobOutcome.Retry.class);
	}

	@Test
	void jobIsDeadWhosePolicyCannotBeAsked() {
		RetryPolicy broken = (exception) -> {
			throw new NoClassDefFoundError("com/example/Gone");
		};
		assertThat(RetryDecision.of(new IOException("busy"), broken, 0)).isInstanceOfSatisfying(JobOutcome.Dead.class,
				(dead) -> assertThat(dead.failure().message()).isEqualTo("busy"));
	}

	@Test
	void nonRetryableFailureIsDeadAtOnce() {
		assertThat(RetryDecision.of(new NonRetryableJobException("never"), this.policy, 0))
			.isInstanceOf(JobOutcome.Dead.class);
	}

	@Test
	void jobThatAsksIsTriedAgainAfterExactlyThatDelay() {
		RetryJobAfterException asked = new RetryJobAfterException(Duration.ofSeconds(77));
		assertThat(RetryDecision.of(asked, this.policy, 3)).isInstanceOfSatisfying(JobOutcome.Retry.class,
				(retry) -> assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(77)));
		RetryPolicy others = RetryPolicy.builder()
			.includes(IOException.class)
			.excludes(RetryJobAfterException.class)
			.build();
		assertThat(RetryDecision.of(asked, others, 0)).isInstanceOf(JobOutcome.Retry.class);
	}

	@Test
	void jobThatAsksWithoutRetriesLeftIsDead() {
		assertThat(RetryDecision.of(new RetryJobAfterException(Duration.ZERO), this.policy, 4))
			.isInstanceOf(JobOutcome.Dead.class);
	}

	@Test
	void askedDelayHasBounds() {
		assertThat(new RetryJobAfterException(Duration.ofSeconds(-1)).getDelay()).isZero();
		assertThat(new RetryJobAfterException(Duration.ofSeconds(Long.MAX_VALUE)).getDelay())
			.isEqualTo(Duration.ofDays(365));
	}

	@Test
	void fixedDelaysAreCountedHowManyThereEverWere() {
		RetryPolicy fixed = policy(new FixedBackOff(30, 2_000_000_000));
		assertThat(RetryDecision.of(new IOException(), fixed, 1_999_999_999)).isInstanceOfSatisfying(
				JobOutcome.Retry.class, (retry) -> assertThat(retry.delay()).isEqualTo(Duration.ofMillis(30)));
		assertThat(RetryDecision.of(new IOException(), fixed, 2_000_000_000)).isInstanceOf(JobOutcome.Dead.class);
	}

	@ParameterizedTest
	@CsvSource({ "1, 5", "1.001, 4000", "2, 4000", "3, 4000" })
	void longestDelayIsReachedWithoutCountingThere(double multiplier, long longest) {
		RetryPolicy patient = RetryPolicy.builder()
			.maxRetries(Integer.MAX_VALUE)
			.delay(Duration.ofMillis(5))
			.multiplier(multiplier)
			.maxDelay(Duration.ofMillis(longest))
			.build();
		long expected = (multiplier == 1.001) ? 5 : longest;
		assertThat(RetryDecision.of(new IOException(), patient, Integer.MAX_VALUE - 1)).isInstanceOfSatisfying(
				JobOutcome.Retry.class, (retry) -> assertThat(retry.delay()).isEqualTo(Duration.ofMillis(expected)));
	}

	@Test
	void backOffOfOnesOwnIsAskedForTheDelayOfThatRetry() {
		RetryPolicy own = policy(() -> {
			long[] delays = { 5, 8, 13, Long.MAX_VALUE, BackOffExecution.STOP };
			AtomicInteger next = new AtomicInteger();
			return () -> delays[next.getAndIncrement()];
		});
		assertThat(IntStream.range(0, 4).mapToObj((retries) -> RetryDecision.of(new IOException(), own, retries)))
			.extracting((outcome) -> ((JobOutcome.Retry) outcome).delay())
			.containsExactly(Duration.ofMillis(5), Duration.ofMillis(8), Duration.ofMillis(13), Duration.ofDays(365));
		assertThat(RetryDecision.of(new IOException(), own, 4)).isInstanceOf(JobOutcome.Dead.class);
		assertThat(RetryDecision.of(new IOException(), own, 9)).isInstanceOf(JobOutcome.Dead.class);
	}

	@Test
	void policyThatFailsMakesADeadLetterOfTheJobsOwnFailure() {
		RetryPolicy broken = (failure) -> {
			throw new UnsupportedOperationException();
		};
		assertThat(RetryDecision.of(new IOException("busy"), broken, 0)).isInstanceOfSatisfying(JobOutcome.Dead.class,
				(dead) -> assertThat(dead.failure().message()).isEqualTo("busy"));
	}

	private static RetryPolicy policy(BackOff backOff) {
		return RetryPolicy.builder().backOff(backOff).build();
	}

	private JobOutcome outcome(int retriesUsed) {
		return RetryDecision.of(new IOException("busy"), this.policy, retriesUsed);
	}

}
