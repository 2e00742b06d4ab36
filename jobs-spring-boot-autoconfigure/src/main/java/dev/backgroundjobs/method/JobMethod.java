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

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.function.Function;

import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.JobDefinition;
import org.jspecify.annotations.Nullable;

/**
 * A job's method on a bean.
 *
 * @param definition what is declared about the job
 * @param definitions what holds for it in a queue to which a call may have sent it
 * @param beanName the bean
 * @param type the class of the bean, as far as it is known
 * @param method the method, as that class has it
 */
public record JobMethod(JobDefinition definition, Function<String, JobDefinition> definitions, String beanName,
		Class<?> type, Method method) {

	/**
	 * What holds for the job in a queue.
	 * @param queue the queue it was claimed from
	 * @return the definition with the settings of that queue
	 */
	public JobDefinition definitionIn(String queue) {
		return queue.equals(this.definition.queue()) ? this.definition : this.definitions.apply(queue);
	}

	/**
	 * An annotation of the method, wherever in its hierarchy it stands.
	 * @param annotation the type of the annotation
	 * @param <A> the type of the annotation
	 * @return the annotation with its aliases applied, or {@code null}
	 */
	public <A extends Annotation> @Nullable A annotation(Class<A> annotation) {
		return JobDeclarations.find(this.type, this.method, annotation);
	}

	/**
	 * The schedules of the method.
	 * @return the schedules; none if it is called only
	 */
	public Set<RecurringJob> schedules() {
		return JobDeclarations.schedules(this.type, this.method);
	}

}
