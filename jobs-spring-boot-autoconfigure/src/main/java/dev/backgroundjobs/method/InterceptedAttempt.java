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

package dev.backgroundjobs.method;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.core.Job;
import org.jspecify.annotations.Nullable;

/**
 * What interceptors see of an attempt.
 *
 * @param job the job
 * @param attempt number of the attempt
 * @param arguments the arguments the method is called with
 */
record InterceptedAttempt(Job job, int attempt, List<@Nullable Object> arguments) implements JobExecution {

	InterceptedAttempt(Job job, int attempt, @Nullable Object[] arguments) {
		this(job, attempt, Collections.unmodifiableList(Arrays.asList(arguments)));
	}

	@Override
	public String id() {
		return this.job.id().toString();
	}

	@Override
	public String name() {
		return this.job.name();
	}

	@Override
	public String queue() {
		return this.job.queue();
	}

	@Override
	public Map<String, String> headers() {
		return this.job.headers();
	}

}
