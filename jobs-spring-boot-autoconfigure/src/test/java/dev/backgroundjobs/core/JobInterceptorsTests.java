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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.JobInterceptor;
import dev.backgroundjobs.JobPriority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What interceptors may not do: lose a call or a job without a word.
 */
class JobInterceptorsTests {

	private final AtomicInteger reached = new AtomicInteger();

	@ParameterizedTest
	@CsvSource({ "0, did not call 'proceed'", "2, called 'proceed' twice" })
	void proceedIsCalledOnce(int times, String message) {
		JobInterceptors interceptors = interceptors(new JobInterceptor() {

			@Override
			public void enqueue(JobCall call, EnqueueChain chain) {
				for (int k = 0; k < times; k++) {
					chain.proceed();
				}
			}

			@Override
			public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
				for (int k = 0; k < times; k++) {
					chain.proceed();
				}
			}

		});
		assertThatIllegalStateException().isThrownBy(() -> enqueue(interceptors))
			.withMessageStartingWith(
					"When job 'Mail.send' was called, the JobInterceptor " + JobInterceptorsTests.class.getName())
			.withMessageContaining(message);
		assertThatIllegalStateException().isThrownBy(() -> execute(interceptors))
			.withMessageStartingWith("When job 'Mail.send' was to run, the JobInterceptor ")
			.withMessageContaining(message);
		assertThat(this.reached).hasValue((times == 0) ? 0 : 2);
	}

	@Test
	void callThatIsNotEnqueuedIsNoSecret() {
		JobInterceptors interceptors = interceptors(new JobInterceptor() {

			@Override
			public void enqueue(JobCall call, EnqueueChain chain) {
				try {
					chain.proceed();
				}
				catch (IllegalArgumentException ex) {
					// somebody thought that this does not matter
				}
			}

		});
		assertThatIllegalStateException().isThrownBy(() -> interceptors.enqueue(new Call(), () -> {
			throw new IllegalArgumentException("full");
		})).withMessageContaining("kept to itself that it was not enqueued");
	}

	@Test
	void jobRunsOnItsOwnThread() {
		JobInterceptors interceptors = interceptors(new JobInterceptor() {

			@Override
			public void execute(JobExecution job, ExecutionChain chain) {
				CompletableFuture.runAsync(() -> {
					try {
						chain.proceed();
					}
					catch (Throwable ex) {
						throw new CompletionException(ex);
					}
				}).join();
			}

		});
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> execute(interceptors))
			.withMessageContaining("called 'proceed' on another thread");
		assertThat(this.reached).hasValue(0);
	}

	@Test
	void jobRunsWhileItIsIntercepted() {
		List<JobInterceptor.ExecutionChain> kept = new ArrayList<>();
		JobInterceptors interceptors = interceptors(new JobInterceptor() {

			@Override
			public void execute(JobExecution job, ExecutionChain chain) {
				kept.add(chain);
			}

		});
		assertThatIllegalStateException().isThrownBy(() -> execute(interceptors));
		assertThatIllegalStateException().isThrownBy(() -> kept.get(0).proceed())
			.withMessageContaining("called 'proceed' after it had returned");
		assertThat(this.reached).hasValue(0);
	}

	private static JobInterceptors interceptors(JobInterceptor first) {
		// whoever overrides nothing lets everything pass
		return new JobInterceptors(() -> List.of(first, new JobInterceptor() {
		}));
	}

	private void enqueue(JobInterceptors interceptors) {
		interceptors.enqueue(new Call(), this.reached::incrementAndGet);
	}

	private void execute(JobInterceptors interceptors) throws Throwable {
		interceptors.execute(new Call(), this.reached::incrementAndGet);
	}

	private static final class Call implements JobCall, JobExecution {

		@Override
		public String id() {
			return "mail~0~1";
		}

		@Override
		public String name() {
			return "Mail.send";
		}

		@Override
		public String queue() {
			return "mail";
		}

		@Override
		public JobPriority priority() {
			return JobPriority.NORMAL;
		}

		@Override
		public int attempt() {
			return 1;
		}

		@Override
		public List<Object> arguments() {
			return List.of();
		}

		@Override
		public Map<String, String> headers() {
			return Map.of();
		}

		@Override
		public void header(String name, String value) {
		}

	}

}
