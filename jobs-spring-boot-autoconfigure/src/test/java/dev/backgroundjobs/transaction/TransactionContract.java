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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.PayloadTooLargeException;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * What holds for calls inside a transaction, on any database.
 */
abstract class TransactionContract {

	private final ApplicationContextRunner runner = JobsContextRunner.create()
		.withBean(DataSource.class, this::dataSource)
		.withUserConfiguration(SignupConfiguration.class);

	abstract DataSource dataSource();

	@Test
	void callsAreEnqueuedAfterTheCommitInOneBatchAQueue() {
		run((context) -> {
			List<JobHandle<?>> handles = new ArrayList<>();
			Shop.transaction(context).executeWithoutResult((status) -> {
				Signups signups = Shop.signups(context);
				signups.insert("ada@example.org");
				signups.welcome("ada@example.org");
				handles.add(signups.report("ada@example.org"));
				signups.welcome("bob@example.org");
				handles.add(signups.report("bob@example.org"));
				signups.welcome("eve@example.org");
				assertThat(Shop.queued(context, "mail") + Shop.queued(context, "reports")).isZero();
			});
			assertThat(Shop.customers(context)).containsExactly("ada@example.org");
			assertThat(Shop.queued(context, "mail")).isEqualTo(3);
			assertThat(handles).extracting(JobHandle::state).containsOnly(JobState.QUEUED);
			assertThat(Shop.batches(context, "mail")).isOne();
			assertThat(Shop.batches(context, "reports")).isOne();
		});
	}

	@Test
	void jobSeesWhatItsTransactionHasWritten() {
		this.runner.run((context) -> {
			context.getBean(SignupService.class).signUp("ada@example.org");
			await().untilAsserted(() -> assertThat(Shop.signups(context).log())
				.containsExactly("welcome ada@example.org, customer: true"));
		});
	}

	@Test
	void rollbackDropsTheCalls() {
		run((context) -> {
			List<JobHandle<?>> handles = new ArrayList<>();
			assertThatIllegalStateException()
				.isThrownBy(() -> Shop.transaction(context).executeWithoutResult((status) -> {
					Shop.signups(context).insert("ada@example.org");
					handles.add(Shop.signups(context).report("ada@example.org"));
					throw new IllegalStateException("no");
				}))
				.withMessage("no");
			assertThat(Shop.customers(context)).isEmpty();
			assertThat(Shop.queued(context, "reports")).isZero();
			assertThatIllegalStateException().isThrownBy(handles.get(0)::info).withMessageContaining("rolled back");
		});
	}

	@Test
	void handleKnowsItsIdAtOnceAndAnswersAfterTheCommit() {
		run((context) -> {
			JobHandle<String> handle = Shop.transaction(context).execute((status) -> {
				JobHandle<String> pending = Shop.signups(context).report("ada@example.org");
				assertThat(pending.id()).startsWith("reports~0~");
				assertThatIllegalStateException().isThrownBy(pending::info).withMessageContaining(pending.id());
				assertThatIllegalStateException().isThrownBy(pending::state);
				assertThatIllegalStateException().isThrownBy(pending::cancel);
				return pending;
			});
			assertThat(handle.state()).isEqualTo(JobState.QUEUED);
			assertThat(handle.cancel()).isTrue();
		});
	}

	@Test
	void rollbackOfANestedTransactionDropsItsCallsOnly() {
		run((context) -> {
			Signups signups = Shop.signups(context);
			Shop.transaction(context).executeWithoutResult((outer) -> {
				signups.welcome("before");
				Shop.transaction(context, TransactionDefinition.PROPAGATION_NESTED).executeWithoutResult((nested) -> {
					signups.welcome("nested, kept");
					assertRollsBack(context, TransactionDefinition.PROPAGATION_NESTED, "deeper, dropped");
				});
				assertRollsBack(context, TransactionDefinition.PROPAGATION_NESTED, "nested, dropped");
				signups.welcome("after");
			});
			assertThat(Shop.mails(context)).containsExactly("before", "nested, kept", "after");
		});
	}

	@Test
	void rollbackToASavepointOlderThanTheFirstCallDropsAll() {
		run((context) -> {
			Shop.transaction(context).executeWithoutResult((outer) -> {
				assertRollsBack(context, TransactionDefinition.PROPAGATION_NESTED, "first call of all");
				Shop.signups(context).welcome("kept");
			});
			assertThat(Shop.mails(context)).containsExactly("kept");
		});
	}

	@Test
	void savepointIsRolledBackToAgainAndAgain() {
		run((context) -> {
			Signups signups = Shop.signups(context);
			Shop.transaction(context).executeWithoutResult((status) -> {
				signups.welcome("kept");
				Object first = status.createSavepoint();
				signups.welcome("dropped");
				Object second = status.createSavepoint();
				signups.welcome("dropped too");
				status.rollbackToSavepoint(first);
				signups.welcome("dropped at the second time");
				status.rollbackToSavepoint(first);
				signups.welcome("kept, too");
				status.releaseSavepoint(first);
				assertThat(second).isNotSameAs(first);
			});
			assertThat(Shop.mails(context)).containsExactly("kept", "kept, too");
		});
	}

	@Test
	void innerTransactionOfItsOwnKeepsItsOwnCalls() {
		run((context) -> {
			Signups signups = Shop.signups(context);
			assertThatIllegalStateException()
				.isThrownBy(() -> Shop.transaction(context).executeWithoutResult((outer) -> {
					signups.welcome("outer, dropped");
					Shop.transaction(context, TransactionDefinition.PROPAGATION_REQUIRES_NEW)
						.executeWithoutResult((inner) -> signups.welcome("inner"));
					assertThat(Shop.mails(context)).as("at the inner commit").containsExactly("inner");
					signups.welcome("outer again, dropped");
					throw new IllegalStateException("no");
				}));
			Shop.transaction(context).executeWithoutResult((outer) -> {
				signups.welcome("outer");
				assertRollsBack(context, TransactionDefinition.PROPAGATION_REQUIRES_NEW, "inner, dropped");
				signups.welcome("outer again");
			});
			assertThat(Shop.mails(context)).containsExactly("inner", "outer", "outer again");
		});
	}

	@Test
	void callsOutsideOfAnyTransactionAreEnqueuedAtOnce() {
		run((context) -> {
			Shop.transaction(context).executeWithoutResult((outer) -> {
				Shop.transaction(context, TransactionDefinition.PROPAGATION_NOT_SUPPORTED)
					.executeWithoutResult((none) -> {
						Shop.signups(context).welcome("suspended");
						assertThat(Shop.queued(context, "mail")).isOne();
					});
				outer.setRollbackOnly();
			});
			Shop.transaction(context, TransactionDefinition.PROPAGATION_SUPPORTS).executeWithoutResult((none) -> {
				Shop.signups(context).welcome("no transaction to support");
				assertThat(Shop.queued(context, "mail")).isEqualTo(2);
			});
		});
	}

	@Test
	void readOnlyTransactionEnqueuesAfterItsCommit() {
		run((context) -> {
			TransactionTemplate template = Shop.transaction(context);
			template.setReadOnly(true);
			template.executeWithoutResult((status) -> {
				Shop.signups(context).welcome("ada@example.org");
				assertThat(Shop.queued(context, "mail")).isZero();
			});
			assertThat(Shop.queued(context, "mail")).isOne();
		});
	}

	@Test
	void callsWithOptionsAndWholeBatchesWaitToo() {
		run((context) -> {
			JobClient jobs = context.getBean(JobClient.class);
			Signups signups = Shop.signups(context);
			Shop.transaction(context).executeWithoutResult((status) -> {
				jobs.in(Duration.ofHours(1)).enqueue(() -> signups.welcome("later"));
				jobs.id("welcome-ada").enqueue(() -> signups.welcome("ada"));
				jobs.id("welcome-ada").enqueue(() -> signups.welcome("ada again"));
				assertThat(jobs.enqueueAll(() -> List.of("b", "c").forEach(signups::welcome))).isEqualTo(2);
				assertThat(Shop.queued(context, "mail")).isZero();
			});
			assertThat(Shop.mails(context)).containsExactly("ada", "b", "c");
			assertThat(context.getBean(JobQueries.class).figures("mail").scheduled()).isOne();
			assertThat(Shop.batches(context, "mail")).isOne();
		});
	}

	@Test
	void transactionInsideABatchDecidesForItself() {
		run((context) -> {
			Signups signups = Shop.signups(context);
			assertThat(context.getBean(JobClient.class).enqueueAll(() -> {
				signups.welcome("batch");
				Shop.transaction(context).executeWithoutResult((status) -> signups.welcome("transaction"));
				assertThat(Shop.mails(context)).containsExactly("transaction");
				assertRollsBack(context, TransactionDefinition.PROPAGATION_REQUIRED, "dropped");
			})).isEqualTo(3);
			assertThat(Shop.mails(context)).containsExactly("transaction", "batch");
		});
	}

	@Test
	void callThatCannotBeEnqueuedFailsWhileTheTransactionCanStillRollBack() {
		run((context) -> Shop.transaction(context).executeWithoutResult((status) -> {
			Shop.signups(context).insert("ada@example.org");
			assertThatExceptionOfType(PayloadTooLargeException.class)
				.isThrownBy(() -> Shop.signups(context).welcome("x".repeat(300_000)));
			assertThat(status.isCompleted()).isFalse();
		}));
	}

	@Test
	void callsOfOthersWhoAreToldOfTheCommitAreEnqueued() {
		run((context) -> {
			Signups signups = Shop.signups(context);
			Shop.transaction(context).executeWithoutResult((status) -> {
				signups.welcome("in it");
				register(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						signups.welcome("before commit");
					}

					@Override
					public void afterCommit() {
						signups.welcome("after commit");
						assertThat(Shop.queued(context, "mail")).as("ours is the last").isZero();
					}

					@Override
					public void afterCompletion(int outcome) {
						signups.welcome("after completion");
					}

				});
			});
			assertThat(Shop.mails(context)).containsExactly("in it", "before commit", "after commit",
					"after completion");
		});
	}

	@Test
	void firstCallAfterTheCommitIsEnqueued() {
		run((context) -> {
			Shop.transaction(context).executeWithoutResult((status) -> register(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					Shop.signups(context).welcome("after commit");
				}

			}));
			assertThat(Shop.mails(context)).containsExactly("after commit");
		});
	}

	@Test
	void callsAreEnqueuedAlthoughSomebodyElseFailsAfterTheCommit() {
		run((context) -> {
			assertThatIllegalStateException()
				.isThrownBy(() -> Shop.transaction(context).executeWithoutResult((status) -> {
					Shop.signups(context).welcome("ada");
					register(new TransactionSynchronization() {

						@Override
						public void afterCommit() {
							throw new IllegalStateException("somebody else");
						}

					});
				}))
				.withMessage("somebody else");
			assertThat(Shop.mails(context)).containsExactly("ada");
		});
	}

	@Test
	void eventListenersOfTheTransactionAreJobMethods() {
		run((context) -> {
			Shop.transaction(context).executeWithoutResult((status) -> {
				context.publishEvent(new Signups.SignedUp("ada"));
				assertThat(Shop.queued(context, "mail")).isZero();
			});
			assertThat(Shop.queued(context, "mail")).isOne();
			assertThatIllegalStateException()
				.isThrownBy(() -> Shop.transaction(context).executeWithoutResult((status) -> {
					context.publishEvent(new Signups.SignedUp("bob"));
					throw new IllegalStateException("no");
				}));
			assertThat(Shop.queued(context, "mail")).isOne();
		});
	}

	@Test
	void transactionOfARunningJobHoldsTheCallsItMakes() {
		this.runner.run((context) -> {
			context.getBean(SignupService.class).importOf("ada");
			await().untilAsserted(() -> assertThat(Shop.signups(context).log()).containsExactly("import 1", "import 2",
					"welcome ada, customer: true"));
		});
	}

	@Test
	void callsAreEnqueuedAtOnceIfThatIsWanted() {
		this.runner
			.withPropertyValues("background-jobs.worker.enabled=false", "background-jobs.transaction.mode=immediate")
			.run((context) -> {
				Shop.transaction(context).executeWithoutResult((status) -> {
					assertThat(Shop.signups(context).report("ada").state()).isEqualTo(JobState.QUEUED);
					status.setRollbackOnly();
				});
				assertThat(Shop.queued(context, "reports")).isOne();
			});
	}

	private void run(ContextConsumer<AssertableApplicationContext> test) {
		this.runner.withPropertyValues("background-jobs.worker.enabled=false").run(test);
	}

	private static void assertRollsBack(AssertableApplicationContext context, int propagation, String mail) {
		assertThatIllegalStateException()
			.isThrownBy(() -> Shop.transaction(context, propagation).executeWithoutResult((status) -> {
				Shop.signups(context).welcome(mail);
				throw new IllegalStateException("no");
			}))
			.withMessage("no");
	}

	private static void register(TransactionSynchronization synchronization) {
		TransactionSynchronizationManager.registerSynchronization(synchronization);
	}

}
