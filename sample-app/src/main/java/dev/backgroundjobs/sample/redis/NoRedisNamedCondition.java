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

package dev.backgroundjobs.sample.redis;

import java.util.Map;
import java.util.Set;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when no property says where a Redis is.
 */
final class NoRedisNamedCondition extends SpringBootCondition {

	private static final Set<String> PLACES = Set.of("url", "host", "port", "sentinel", "cluster", "masterreplica");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Map<String, Object> properties = Binder.get(context.getEnvironment())
			.bind("spring.data.redis", Bindable.mapOf(String.class, Object.class))
			.orElseGet(Map::of);
		ConditionMessage.Builder message = ConditionMessage.forCondition("No Redis named");
		return properties.keySet()
			.stream()
			.filter(PLACES::contains)
			.findFirst()
			.map((place) -> ConditionOutcome.noMatch(message.because("spring.data.redis." + place + " is set")))
			.orElseGet(() -> ConditionOutcome.match(message.because("spring.data.redis.* names none")));
	}

}
