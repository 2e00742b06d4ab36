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

package dev.backgroundjobs.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import dev.backgroundjobs.recurring.FiringSchedule.Surroundings;
import dev.backgroundjobs.schedule.RecurringJobStore;
import dev.backgroundjobs.schedule.RecurringJobStore.Look;
import dev.backgroundjobs.schedule.RecurringJobStore.Place;
import dev.backgroundjobs.schedule.StoredSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules that this process fires: those that were created at run time, and those
 * that it declares, each as the store has it.
 */
final class ScheduleTable {

	private static final Logger logger = LoggerFactory.getLogger(ScheduleTable.class);

	/** How often what is missing is looked for with the next look. */
	private static final int SOON = 5;

	private static final Duration LATER = Duration.ofSeconds(15);

	/** An application that was away for long declares what it has before it forgets. */
	private static final Duration TIME_TO_DECLARE = Duration.ofMinutes(5);

	private final RecurringJobStore store;

	private final StoreClock clock;

	private final Application application;

	private final Rhythm rhythm;

	private final BiConsumer<Runnable, Duration> timer;

	private final Surroundings surroundings;

	private final Map<String, FiringSchedule> firing = new ConcurrentHashMap<>();

	/** Since when nobody declares them, as far as this process has seen. */
	private final Map<String, Instant> undeclared = new HashMap<>();

	private final AtomicBoolean looking = new AtomicBoolean();

	private volatile long revision = -1;

	/** Whatever the revision is: something is known to be missing. */
	private volatile boolean again;

	private volatile Instant complete = Instant.MIN;

	/** How many looks in a row have left something missing. */
	private volatile int incomplete;

	ScheduleTable(RecurringJobStore store, StoreClock clock, Application application, Rhythm rhythm,
			BiConsumer<Runnable, Duration> timer, BiConsumer<StoredSchedule, Duration> fired) {
		this.store = store;
		this.clock = clock;
		this.application = application;
		this.rhythm = rhythm;
		this.timer = timer;
		this.surroundings = new Surroundings(timer, new FireTurns(timer), this::changed, fired);
	}

	/**
	 * Look whether anything was changed; now and then at all of it, in case a change has
	 * ended half way. What has stumbled goes on.
	 */
	void look() {
		this.firing.values().forEach(FiringSchedule::goOn);
		this.surroundings.turns().next();
		if (!this.looking.compareAndSet(false, true)) {
			return;
		}
		try {
			this.store.look().thenCompose(this::looked).whenComplete((done, failure) -> {
				if (failure != null) {
					// the next look is soon, and nothing is known for sure
					this.again = true;
					logger.debug("Schedules could not be looked at", failure);
				}
				this.looking.set(false);
			});
		}
		catch (RuntimeException | Error ex) {
			this.looking.set(false);
			throw ex;
		}
	}

	void lookAgain() {
		this.again = true;
		this.timer.accept(this::look, Duration.ZERO);
	}

	private void changed(FiringSchedule schedule) {
		this.firing.values().remove(schedule);
		lookAgain();
	}

	private CompletionStage<?> looked(Look look) {
		this.clock.set(look.now());
		if (!this.again && look.revision() == this.revision
				&& look.now().isBefore(this.complete.plus(this.rhythm.all()))) {
			return CompletableFuture.completedFuture(true);
		}
		this.again = false;
		return this.store.places().thenCompose((places) -> read(places, look)).thenAccept((whole) -> {
			this.revision = look.revision();
			this.complete = look.now();
			this.incomplete = whole ? 0 : this.incomplete + 1;
			if (this.incomplete > SOON) {
				// or of a version that this one cannot read
				this.complete = look.now().minus(this.rhythm.all()).plus(LATER);
			}
			else if (!whole) {
				// of what is missing, the definition may be on its way
				this.again = true;
			}
		});
	}

	private CompletionStage<Boolean> read(Map<String, Place> places, Look look) {
		forgetUndeclared(places, look.now());
		Map<String, Place> wanted = new LinkedHashMap<>();
		places.forEach((id, place) -> {
			FiringSchedule known = this.firing.get(id);
			boolean same = known != null && known.revision() == place.revision() && known.queue().equals(place.queue());
			if (isOurs(id, place) && !same) {
				wanted.put(id, place);
			}
		});
		this.firing.forEach((id, known) -> {
			Place place = places.get(id);
			if (place == null || !isOurs(id, place) || !known.queue().equals(place.queue())) {
				known.end();
				this.firing.remove(id, known);
			}
		});
		return this.store.read(wanted)
			.thenApply((found) -> found.stream().filter((schedule) -> fire(schedule, places)).count() == wanted.size());
	}

	private boolean isOurs(String id, Place place) {
		return place.declaredUntil() == null || this.application.schedules().contains(id);
	}

	/**
	 * Fire a schedule from now on as it is kept.
	 * @return whether that is the definition that holds
	 */
	private boolean fire(StoredSchedule schedule, Map<String, Place> places) {
		FiringSchedule next = new FiringSchedule(schedule, this.store, this.clock, this.surroundings);
		FiringSchedule before = this.firing.put(schedule.id(), next);
		if (before != null) {
			before.end();
		}
		this.timer.accept(next::goOn, Duration.ZERO);
		Place place = places.get(schedule.id());
		return place != null && schedule.revision() == place.revision();
	}

	/**
	 * Where the methods were removed, nobody fires them any more. What is known of them
	 * is for when they come back, and is forgotten after a long while by the application
	 * whose they were: another one cannot know whether that is just away.
	 */
	private void forgetUndeclared(Map<String, Place> places, Instant now) {
		Duration keep = this.rhythm.keepUndeclared();
		Duration seen = (keep.compareTo(TIME_TO_DECLARE) < 0) ? keep : TIME_TO_DECLARE;
		places.forEach((id, place) -> {
			Instant until = place.declaredUntil();
			if (until == null || until.isAfter(now) || !this.application.mayForget(id, place)) {
				this.undeclared.remove(id);
			}
			else if (isLongerAgo(this.undeclared.computeIfAbsent(id, (key) -> now), seen, now)
					&& isLongerAgo(until, keep, now)) {
				this.undeclared.remove(id);
				this.store.forget(id, place).whenComplete((done, failure) -> {
					if (Boolean.TRUE.equals(done)) {
						logger.info("Recurring job {} is forgotten: no process declares it any more", id);
					}
				});
			}
		});
		this.undeclared.keySet().retainAll(places.keySet());
	}

	private static boolean isLongerAgo(Instant time, Duration than, Instant now) {
		return Duration.between(time, now).compareTo(than) > 0;
	}

	/**
	 * What this process is one of.
	 *
	 * @param name the name of the application
	 * @param schedules the ids of those that this build of it declares
	 */
	record Application(String name, Set<String> schedules) {

		boolean mayForget(String id, Place place) {
			return place.application().equals(this.name) && !this.schedules.contains(id);
		}

	}

	/**
	 * How often something happens.
	 *
	 * @param all how often all schedules are looked at
	 * @param keepUndeclared how long a schedule is kept that no process declares any more
	 */
	record Rhythm(Duration all, Duration keepUndeclared) {

	}

}
