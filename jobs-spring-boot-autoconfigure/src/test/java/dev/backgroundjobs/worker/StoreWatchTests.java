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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.backgroundjobs.core.StoreUnavailableException;
import dev.backgroundjobs.core.StoreUnavailableException.Reason;
import dev.backgroundjobs.listener.Setback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often what Redis refuses is said, by a clock that the test moves.
 */
@ExtendWith(OutputCaptureExtension.class)
class StoreWatchTests {

	private final AtomicLong clock = new AtomicLong(7);

	private final StoreWatch watch = new StoreWatch(this.clock::get);

	@Test
	void wrongPasswordIsSaidOnceAMinute(CapturedOutput output) {
		for (int second = 0; second < 125; second++) {
			this.watch.failed("mail", wrongPassword());
			this.watch.failed("reports", wrongPassword());
			assertThat(output.toString().split("the password is wrong", -1)).as("at second %s", second)
				.hasSize(2 + second / 60);
			pass(Duration.ofSeconds(1));
		}
		this.watch.answered("mail");
		assertThat(output).doesNotContain("Workers go on");
		this.watch.answered("reports");
		assertThat(output).containsOnlyOnce("Workers go on after PT2M5S: it has been corrected");
		this.watch.failed("mail", wrongPassword());
		assertThat(output.toString().split("the password is wrong", -1)).as("again at once, as it is new").hasSize(5);
	}

	@Test
	void setbackLastsFromTheFirstFailure() {
		this.watch.failed("mail", new StoreUnavailableException(Reason.NOT_NOW, "busy", null, null));
		pass(Duration.ofSeconds(4));
		this.watch.failed("mail", new StoreUnavailableException(Reason.NOT_NOW, "loading", null, null));
		pass(Duration.ofSeconds(6));
		assertThat(this.watch.setback("mail"))
			.isEqualTo(new Setback(Reason.NOT_NOW, "loading", Duration.ofSeconds(10)));
		assertThat(this.watch.setback("reports")).isNull();
		this.watch.answered("mail");
		assertThat(this.watch.setback("mail")).isNull();
	}

	private static StoreUnavailableException wrongPassword() {
		return new StoreUnavailableException(Reason.DENIED, "the password is wrong", Duration.ofSeconds(30), null);
	}

	private void pass(Duration time) {
		this.clock.addAndGet(time.toNanos());
	}

}
