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

package dev.backgroundjobs.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * There is no single connection factory on Lettuce to derive connections from.
 */
final class NoLettuceConnectionFactoryException extends RuntimeException {

	NoLettuceConnectionFactoryException(@Nullable RedisConnectionFactory found, String[] names) {
		super("Background jobs need one LettuceConnectionFactory, and "
				+ ((found != null) ? "the RedisConnectionFactory is a " + found.getClass().getSimpleName()
						: "there is no single RedisConnectionFactory bean"
								+ ((names.length > 0) ? ", but: " + String.join(", ", names) : "")));
	}

}
