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

package dev.backgroundjobs;

/**
 * Makes exactly one call of a {@code void} {@link BackgroundJob} method with the result
 * of another job.
 *
 * @param <T> the type of the result that is handed over
 * @see JobChain#then(JobConsumer)
 */
@FunctionalInterface
public interface JobConsumer<T> {

	/**
	 * Call the job's method.
	 * @param result stands for the result, which does not exist yet: pass it on as it is
	 * @throws Exception whatever the signature of the job's method declares
	 */
	void accept(T result) throws Exception;

}
