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

package dev.backgroundjobs.observation;

import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

/**
 * A call on its way into its queue. What a tracer writes into its carrier becomes headers
 * of the job.
 */
final class JobSenderContext extends SenderContext<Map<String, String>> {

	/** As W3C wants baggage to travel; a longer one would be paid for with every job. */
	private static final int LONGEST = 8192;

	JobSenderContext() {
		super((carrier, name, value) -> {
			if (carrier != null && value.length() <= LONGEST) {
				carrier.put(name, value);
			}
		}, Kind.PRODUCER);
		setCarrier(new LinkedHashMap<>(4));
	}

}
