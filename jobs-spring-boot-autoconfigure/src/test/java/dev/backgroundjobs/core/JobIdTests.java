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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Ids and the names of queues in them.
 */
class JobIdTests {

	@Test
	void idIsReadAsItIsShown() {
		JobId id = JobId.parse("my-mail_2~12~order-42.a_b");
		assertThat(id.queue()).isEqualTo("my-mail_2");
		assertThat(id.partition().number()).isEqualTo(12);
		assertThat(id.local()).isEqualTo("order-42.a_b");
		assertThat(id).hasToString("my-mail_2~12~order-42.a_b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "mail", "mail~0", "mail~x~1", "mail~-1~1", "mail~99999~1", "mail~0~1~2" })
	void otherTextIsNoId(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> JobId.parse(text))
			.withMessage("'" + text + "' is no job id: a job id reads '<queue>~<partition>~<local>', for example "
					+ "'mail~0~order-42'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "mail~0~", "mail~0~a b", "mail~0~a{b}", "mail~0~a\nb", "mail~0~ü" })
	void localPartIsChecked(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> JobId.parse(text))
			.withMessageContaining("must be 1 to 64 letters, digits, '.', '_' or '-'");
	}

	@Test
	void localPartHasAtMost64Letters() {
		assertThat(JobId.checkLocal("x".repeat(64))).hasSize(64);
		assertThatIllegalArgumentException().isThrownBy(() -> JobId.checkLocal("x".repeat(65)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a~b", "a{b}", "a.b", "a:b", "ü" })
	void nameOfAQueueIsChecked(String queue) {
		assertThatIllegalArgumentException().isThrownBy(() -> QueuePartition.of(queue))
			.withMessage("Queue name '" + queue + "' must be 1 to 64 letters, digits, '_' or '-'");
	}

	@Test
	void nameOfAQueueHasAtMost64Letters() {
		assertThat(QueuePartition.of("x".repeat(64)).queue()).hasSize(64);
		assertThatIllegalArgumentException().isThrownBy(() -> QueuePartition.of("x".repeat(65)));
	}

	@Test
	void drawnIdsAreLocalIdsAndDiffer() {
		assertThat(RandomId.next()).hasSize(22).isNotEqualTo(RandomId.next()).satisfies(JobId::checkLocal);
	}

}
