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

package dev.backgroundjobs.transaction;

import java.util.List;

import dev.backgroundjobs.core.JobQueries;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a test asks of its database and of its queues.
 */
final class Shop {

	private Shop() {
	}

	static TransactionTemplate transaction(AssertableApplicationContext context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	static TransactionTemplate transaction(AssertableApplicationContext context, int propagation) {
		TransactionTemplate template = transaction(context);
		template.setPropagationBehavior(propagation);
		return template;
	}

	static Signups signups(AssertableApplicationContext context) {
		return context.getBean(Signups.class);
	}

	static List<String> customers(AssertableApplicationContext context) {
		return context.getBean(JdbcTemplate.class).queryForList("select email from customer", String.class);
	}

	static long queued(AssertableApplicationContext context, String queue) {
		return context.getBean(JobQueries.class).figures(queue).queued();
	}

	/**
	 * The arguments of the queued mails, in their order.
	 */
	static List<String> mails(AssertableApplicationContext context) {
		StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
		List<String> ids = redis.opsForList().range(key(context, "mail", "r1"), 0, -1);
		return redis.<String, String>opsForHash()
			.multiGet(key(context, "mail", "j"), (ids != null) ? ids : List.of())
			.stream()
			.map((record) -> record.substring(record.indexOf("[\"") + 2, record.length() - 2))
			.toList();
	}

	/**
	 * The number of batches the queue has got from this process.
	 */
	static long batches(AssertableApplicationContext context, String queue) {
		return context.getBean(StringRedisTemplate.class)
			.<String, String>opsForHash()
			.values(key(context, queue, "pr"))
			.stream()
			.mapToLong((sequence) -> Long.parseLong(sequence.split("[ :]")[0]))
			.sum();
	}

	private static String key(AssertableApplicationContext context, String queue, String name) {
		return "bj:{" + context.getEnvironment().getProperty("background-jobs.namespace") + "." + queue + "}:" + name;
	}

}
