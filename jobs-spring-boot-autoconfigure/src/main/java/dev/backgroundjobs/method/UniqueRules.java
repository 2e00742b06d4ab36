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

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.UnaryOperator;

import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.UniqueJob;
import dev.backgroundjobs.core.UniqueRule;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

/**
 * Reads of which calls of a method only one job lives at a time.
 */
final class UniqueRules {

	private final UnaryOperator<String> placeholders;

	private final BeanFactory beans;

	/**
	 * Create a reader.
	 * @param placeholders resolves placeholders
	 * @param beans what expressions may ask
	 */
	UniqueRules(UnaryOperator<String> placeholders, BeanFactory beans) {
		this.placeholders = placeholders;
		this.beans = beans;
	}

	/**
	 * Read a method's annotation.
	 * @param type the class of the bean
	 * @param method the method
	 * @param name the job's name
	 * @return the rule, or {@code null} if there is none
	 */
	@Nullable UniqueRule of(Class<?> type, Method method, String name) {
		UniqueJob unique = JobDeclarations.find(type, method, UniqueJob.class);
		if (unique == null) {
			return null;
		}
		if (JobDeclarations.find(type, method, RecurringJob.class) != null) {
			throw JobDeclarations.invalid(method, "has @UniqueJob and @RecurringJob",
					"What a schedule does while its last job lives says @RecurringJob(overlap): remove @UniqueJob");
		}
		UniqueJob.Until until = (unique.until() != UniqueJob.Until.DEFAULT) ? unique.until() : UniqueJob.Until.FINISHED;
		UniqueJob.OnConflict onConflict = (unique.onConflict() != UniqueJob.OnConflict.DEFAULT) ? unique.onConflict()
				: UniqueJob.OnConflict.RETURN_EXISTING;
		return new UniqueRule(until, ttl(method, until, this.placeholders.apply(unique.ttl())), onConflict,
				key(method, name, this.placeholders.apply(unique.key())));
	}

	private static Duration ttl(Method method, UniqueJob.Until until, String text) {
		if (!StringUtils.hasText(text)) {
			return UniqueRule.TTL;
		}
		if (until != UniqueJob.Until.TTL) {
			throw JobDeclarations.invalid(method,
					"has @UniqueJob(ttl = \"" + text + "\"), but is unique until " + until,
					"Remove 'ttl', or set until = TTL");
		}
		Duration ttl = DurationFormatterUtils.detectAndParse(text);
		if (ttl.toMillis() <= 0) {
			throw JobDeclarations.invalid(method, "has @UniqueJob(ttl = \"" + text + "\")",
					"Set a time longer than zero, for example '10m'");
		}
		return ttl;
	}

	private UniqueRule.Key key(Method method, String name, String expression) {
		return StringUtils.hasText(expression) ? UniqueKeyExpression.parse(expression, method, name, this.beans)
				: (arguments) -> "";
	}

}
