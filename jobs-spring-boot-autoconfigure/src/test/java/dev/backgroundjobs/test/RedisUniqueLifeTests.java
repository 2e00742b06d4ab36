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

package dev.backgroundjobs.test;

import java.util.Map;

import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Unique jobs on Redis.
 */
class RedisUniqueLifeTests extends UniqueLifeContract {

	RedisUniqueLifeTests() {
		super(new RedisJobLifeTests());
	}

	@Override
	void endLocks(ApplicationContext context) {
		String locks = "bj:{" + context.getEnvironment().getProperty("background-jobs.namespace") + ".life}:u";
		StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
		Map<String, String> held = redis.<String, String>opsForHash().entries(locks);
		assertThat(held).isNotEmpty()
			.allSatisfy((key, holder) -> redis.opsForHash().put(locks, key, holder.replaceFirst(":.*", ":1")));
	}

}
