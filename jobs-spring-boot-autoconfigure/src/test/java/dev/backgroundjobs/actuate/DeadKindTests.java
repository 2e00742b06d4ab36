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

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.NonRetryableJobException;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * However many dead letters there are, a request looks at a thousand and says where the
 * next one begins.
 */
class DeadKindTests {

	@Test
	void requestLooksAtAThousandAndSaysWhereTheNextOneBegins() {
		JobsContextRunner.create().withBean(Exports.class).run((context) -> {
			Exports exports = context.getBean(Exports.class);
			context.getBean(JobClient.class).enqueueAll(() -> {
				for (int number = 0; number < 1210; number++) {
					exports.export();
				}
				exports.remind();
			});
			await().until(() -> queries(context).figures("exports").dead() == 1211);
			List<DeadChange> changes = new ArrayList<>();
			DeadKind kind = new DeadKind(queries(context), context.getBean(JobOperations.class));
			String cursor = null;
			do {
				DeadChange change = (DeadChange) kind.delete("exports", new Selection("Exports.remind", null, cursor));
				changes.add(change);
				cursor = change.cursor();
			}
			while (cursor != null);
			assertThat(changes).extracting(DeadChange::examined, DeadChange::more)
				.containsExactly(tuple(1000, true), tuple(211, false));
			assertThat(changes.stream().mapToInt(DeadChange::changed).sum()).isOne();
			assertThat(kind.delete("exports", new Selection(null, null, null))).isInstanceOfSatisfying(DeadChange.class,
					(all) -> assertThat(all).extracting(DeadChange::examined, DeadChange::changed, DeadChange::more)
						.containsExactly(1000, 1000, true));
		});
	}

	private static JobQueries queries(ApplicationContext context) {
		return context.getBean(JobQueries.class);
	}

	static class Exports {

		@BackgroundJob("exports")
		void export() {
			throw new NonRetryableJobException("no use");
		}

		@BackgroundJob("exports")
		void remind() {
			throw new NonRetryableJobException("no use");
		}

	}

}
