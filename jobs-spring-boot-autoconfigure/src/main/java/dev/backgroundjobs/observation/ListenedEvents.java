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

package dev.backgroundjobs.observation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * For which events somebody listens, in a context and its parents. That is looked up when
 * the number of listeners has changed, and else once a second: a listener may take the
 * place of another. In doubt somebody listens.
 */
final class ListenedEvents {

	private static final long LOOK_AGAIN_NS = Duration.ofSeconds(1).toNanos();

	private final ApplicationContext context;

	private final LongSupplier nanoTime;

	private volatile Look last = new Look(-1, 0, Map.of());

	ListenedEvents(ApplicationContext context, LongSupplier nanoTime) {
		this.context = context;
		this.nanoTime = nanoTime;
	}

	boolean contain(Class<?> event) {
		Look look = this.last;
		int listeners = count();
		long now = this.nanoTime.getAsLong();
		Boolean known = (look.listeners() == listeners && now - look.at() < LOOK_AGAIN_NS) ? look.known().get(event)
				: null;
		return (known != null) ? known : look(look, event, listeners, now);
	}

	private boolean look(Look before, Class<?> event, int listeners, long now) {
		boolean stillTrue = before.listeners() == listeners && now - before.at() < LOOK_AGAIN_NS;
		Map<Class<?>, Boolean> known = new HashMap<>(stillTrue ? before.known() : Map.of());
		boolean heard = isHeard(event);
		known.put(event, heard);
		// of several threads that look, any one may win: the others look again
		this.last = new Look(listeners, stillTrue ? before.at() : now, known);
		return heard;
	}

	private int count() {
		int count = 0;
		for (ApplicationContext next = this.context; next != null; next = next.getParent()) {
			count += (next instanceof AbstractApplicationContext known) ? known.getApplicationListeners().size() : 0;
		}
		return count;
	}

	private boolean isHeard(Class<?> event) {
		ResolvableType type = ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, event);
		for (ApplicationContext next = this.context; next != null; next = next.getParent()) {
			if (!(next instanceof AbstractApplicationContext known) || isHeard(known, type)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isHeard(AbstractApplicationContext context, ResolvableType type) {
		try {
			for (ApplicationListener<?> listener : context.getApplicationListeners()) {
				GenericApplicationListener generic = (listener instanceof GenericApplicationListener already) ? already
						: new GenericApplicationListenerAdapter(listener);
				if (generic.supportsEventType(type)) {
					return true;
				}
			}
			return isHeardByBean(context, type);
		}
		catch (RuntimeException ex) {
			// one was added at this moment, or the context is being closed
			return true;
		}
	}

	/**
	 * Beans that are made when their first event comes.
	 */
	private static boolean isHeardByBean(AbstractApplicationContext context, ResolvableType type) {
		for (String name : context.getBeanNamesForType(ApplicationListener.class, true, false)) {
			if (!context.getBeanFactory().containsSingleton(name) && supports(context.getType(name, false), type)) {
				return true;
			}
		}
		return false;
	}

	private static boolean supports(@Nullable Class<?> listener, ResolvableType type) {
		ResolvableType declared = ResolvableType.forClass((listener != null) ? listener : Object.class)
			.as(ApplicationListener.class)
			.getGeneric();
		return declared.resolve() == null || declared.isAssignableFrom(type);
	}

	/**
	 * What was seen.
	 *
	 * @param listeners how many there were
	 * @param at when, in nanoseconds
	 * @param known by type of event, whether somebody listens
	 */
	private record Look(int listeners, long at, Map<Class<?>, Boolean> known) {

	}

}
