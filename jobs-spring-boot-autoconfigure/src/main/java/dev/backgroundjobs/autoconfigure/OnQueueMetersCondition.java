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

import dev.backgroundjobs.autoconfigure.MetricsProperties.Queues;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether this process has gauges of the queues.
 */
class OnQueueMetersCondition extends SpringBootCondition {

	private static final String PROPERTY = "background-jobs.metrics.queues";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Binder binder = Binder.get(context.getEnvironment());
		Queues queues = binder.bind(PROPERTY, Queues.class).orElse(Queues.WORKERS);
		boolean works = binder.bind("background-jobs.worker.enabled", Boolean.class).orElse(true);
		ConditionMessage message = ConditionMessage.forCondition("Gauges of queues")
			.because(PROPERTY + " is '" + queues + "' and this process " + (works ? "runs jobs" : "runs no jobs"));
		return new ConditionOutcome(queues == Queues.ALL || queues == Queues.WORKERS && works, message);
	}

}
