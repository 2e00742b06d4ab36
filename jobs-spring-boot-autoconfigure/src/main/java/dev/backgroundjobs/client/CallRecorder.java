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

package dev.backgroundjobs.client;

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.JobRunnable;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NamedThreadLocal;
import org.springframework.util.Assert;

/**
 * Finds out which job method a lambda calls by running it while this thread records.
 */
final class CallRecorder {

	private final ThreadLocal<@Nullable List<RecordedCall>> calls = new NamedThreadLocal<>("Recorded job calls");

	/**
	 * Take a call if this thread records.
	 */
	boolean record(RecordedCall call) {
		List<RecordedCall> recording = this.calls.get();
		return recording != null && recording.add(call);
	}

	boolean isRecording() {
		return this.calls.get() != null;
	}

	/**
	 * Run a lambda and give the one call it made.
	 * @throws IllegalStateException if it made none or several
	 */
	RecordedCall recordCallOf(JobRunnable lambda) throws Exception {
		List<RecordedCall> outer = this.calls.get();
		List<RecordedCall> recording = new ArrayList<>(1);
		this.calls.set(recording);
		try {
			lambda.run();
		}
		finally {
			if (outer != null) {
				this.calls.set(outer);
			}
			else {
				this.calls.remove();
			}
		}
		Assert.state(!recording.isEmpty(), "The lambda called no @BackgroundJob method, so its body has run and "
				+ "nothing was enqueued. Did it call the method on 'this', or on an object that is not a Spring bean?");
		Assert.state(recording.size() == 1, () -> "The lambda called " + recording.size()
				+ " job methods; nothing was enqueued. Call 'enqueue' once for each");
		return recording.get(0);
	}

}
