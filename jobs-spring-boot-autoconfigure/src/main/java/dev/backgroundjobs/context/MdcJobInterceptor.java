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

package dev.backgroundjobs.context;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.JobInterceptor;
import dev.backgroundjobs.PayloadTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Carries entries of the log's context (MDC) from a call to its attempts.
 */
public final class MdcJobInterceptor implements JobInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(MdcJobInterceptor.class);

	private static final String HEADER = "mdc.";

	private final List<String> keys;

	/**
	 * Create an interceptor.
	 * @param keys which entries to carry
	 */
	public MdcJobInterceptor(Collection<String> keys) {
		this.keys = List.copyOf(keys);
	}

	@Override
	public void enqueue(JobCall call, EnqueueChain chain) {
		for (String key : this.keys) {
			String value = MDC.get(key);
			if (value != null) {
				add(call, key, value);
			}
		}
		chain.proceed();
	}

	private void add(JobCall call, String key, String value) {
		try {
			call.header(HEADER + key, value);
		}
		catch (PayloadTooLargeException ex) {
			// what is only for the log refuses no call
			logger.debug("Job {} '{}' goes without '{}': {}", call.name(), call.id(), key, ex.getMessage());
		}
	}

	@Override
	public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
		Map<String, @Nullable String> before = new LinkedHashMap<>();
		for (String key : this.keys) {
			String value = job.headers().get(HEADER + key);
			if (value != null) {
				before.put(key, MDC.get(key));
				MDC.put(key, value);
			}
		}
		try {
			chain.proceed();
		}
		finally {
			before.forEach(MdcJobInterceptor::restore);
		}
	}

	private static void restore(String key, @Nullable String value) {
		if (value != null) {
			MDC.put(key, value);
		}
		else {
			MDC.remove(key);
		}
	}

}
