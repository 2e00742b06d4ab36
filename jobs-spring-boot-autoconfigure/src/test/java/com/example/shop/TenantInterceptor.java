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

package com.example.shop;

import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.JobInterceptor;

import org.springframework.core.annotation.Order;

@Order(10)
class TenantInterceptor implements JobInterceptor {

	@Override
	public void enqueue(JobCall call, EnqueueChain chain) {
		String tenant = Tenants.current();
		if (tenant == null) {
			throw new IllegalStateException(call.name() + " was called outside of any tenant");
		}
		call.header("tenant", tenant);
		chain.proceed();
	}

	@Override
	public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
		Tenants.use(job.headers().get("tenant"));
		try {
			chain.proceed();
		}
		finally {
			Tenants.use(null);
		}
	}

}
