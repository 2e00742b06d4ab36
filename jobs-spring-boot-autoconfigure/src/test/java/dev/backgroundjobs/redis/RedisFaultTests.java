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

import java.util.List;

import dev.backgroundjobs.redis.ErrorReplies.ErrorReply;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What failures mean, by the texts of all supported versions.
 */
class RedisFaultTests {

	@ParameterizedTest
	@MethodSource("replies")
	void replyIsUnderstood(ErrorReply reply) {
		assertThat(RedisFault.of(new RedisCommandExecutionException(reply.text()))).isEqualTo(reply.fault());
	}

	static List<ErrorReply> replies() {
		return ErrorReplies.all();
	}

	@ParameterizedTest
	@MethodSource("replies")
	void replyIsExplainedWithoutWhatGoesBeforeIt(ErrorReply reply) {
		assertThat(Explanation.of(new RedisCommandExecutionException(reply.text()))).contains(" (")
			.doesNotContain(" -" + RedisFault.word(reply.text()))
			.endsWith(")");
	}

	@Test
	void refusedConnectionIsExplainedByItsInnermostReason() {
		assertThat(Explanation.of(new RedisConnectionException("Unable to connect",
				new RedisCommandExecutionException("WRONGPASS invalid username-password pair"))))
			.startsWith("Redis refuses user name or password")
			.endsWith("(WRONGPASS invalid username-password pair)");
		assertThat(Explanation.of(new RedisConnectionException("Unable to connect", new IllegalStateException("gone"))))
			.isEqualTo("there is no connection to Redis: is it running where spring.data.redis says? (gone)");
	}

	@Test
	void silenceIsNoRefusal() {
		assertThat(RedisFault.of(new RedisCommandTimeoutException("Command timed out after 3 second(s)")))
			.isEqualTo(RedisFault.NO_ANSWER);
		assertThat(RedisFault.of(new IllegalStateException("Connection reset"))).isEqualTo(RedisFault.NO_ANSWER);
	}

}
