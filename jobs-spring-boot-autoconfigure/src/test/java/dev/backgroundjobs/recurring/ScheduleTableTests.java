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

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.schedule.RecurringJobStore;
import dev.backgroundjobs.schedule.RecurringJobStore.Fired;
import dev.backgroundjobs.schedule.RecurringJobStore.Look;
import dev.backgroundjobs.schedule.RecurringJobStore.Outcome;
import dev.backgroundjobs.schedule.RecurringJobStore.Place;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.Slots.Misfires;
import dev.backgroundjobs.schedule.StoredSchedule;
import dev.backgroundjobs.schedule.Timing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A schedule goes on after whatever fails in its process.
 */
@ExtendWith(OutputCaptureExtension.class)
class ScheduleTableTests {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	/** What is planned. */
	private final Deque<Runnable> timer = new ArrayDeque<>();

	private int errorsOfTheTimer;

	private int errorsOfTheStore;

	private int fired;

	private boolean holdsAnswers;

	private final List<CompletableFuture<Object>> held = new ArrayList<>();

	private Duration early = Duration.ZERO;

	private Duration planned = Duration.ZERO;

	private Instant now = START;

	private Map<String, Place> places = Map.of("often", new Place("work", 1, null, List.of(), "", ""));

	private final List<Object> forgotten = new ArrayList<>();

	private final ScheduleTable table = new ScheduleTable(store(), new StoreClock(() -> 0, START),
			new ScheduleTable.Application("shop", Set.of("mine")),
			new ScheduleTable.Rhythm(Duration.ofDays(1), Duration.ofDays(30)), this::later, (schedule, lag) -> {
			});

	@Test
	void scheduleGoesOnAfterErrorsThatNobodyExpected(CapturedOutput output) {
		this.table.look();
		runPlanned();
		assertThat(this.timer).as("waits for its first slot").hasSize(1);
		this.errorsOfTheStore = 1;
		runPlanned();
		assertThat(this.timer).as("has failed").isEmpty();
		assertThat(output).containsOnlyOnce("The next slot of recurring job often could not be awaited");
		this.errorsOfTheTimer = 2;
		this.table.look();
		this.table.look();
		assertThat(this.timer).isEmpty();
		this.table.look();
		assertThat(this.timer).hasSize(1);
		this.errorsOfTheTimer = 1;
		runPlanned();
		assertThat(this.fired).as("a slot whose answer was lost").isOne();
		assertThat(this.timer).isEmpty();
		this.table.look();
		runPlanned();
		assertThat(this.fired).isEqualTo(2);
	}

	@Test
	void scheduleBeginsAlthoughItCouldNotBePlanned() {
		this.errorsOfTheTimer = 1;
		this.table.look();
		assertThat(this.timer).isEmpty();
		this.table.look();
		assertThat(this.timer).as("waits for its first slot").isNotEmpty();
	}

	@Test
	void clockOfTheStoreThatWasSetBackIsLookedAtAgain() {
		this.table.look();
		runPlanned();
		this.early = Duration.ofDays(1);
		runPlanned();
		runPlanned();
		assertThat(this.planned).isEqualTo(Duration.ofMinutes(1));
		this.early = Duration.ZERO;
		this.table.look();
		runPlanned();
		runPlanned();
		assertThat(this.fired).as("with the clock as it was").isOne();
	}

	@Test
	void thousandsThatAreDueAtOneMomentAreNotAskedForAllAtOnce() {
		Place place = this.places.get("often");
		this.places = IntStream.range(0, 1000).boxed().collect(Collectors.toMap((k) -> "often" + k, (k) -> place));
		this.holdsAnswers = true;
		this.table.look();
		runPlanned();
		runPlanned();
		assertThat(this.held).hasSize(FireTurns.MOST);
		for (int answered = 0; answered < this.held.size(); answered++) {
			this.held.get(answered).complete(new Fired(Outcome.ALREADY, START, START.plusSeconds(60), null));
			runPlanned();
			assertThat(this.held).hasSizeLessThanOrEqualTo(answered + 1 + FireTurns.MOST);
		}
		assertThat(this.held).hasSize(1000);
	}

	@Test
	void whatIsKnownOfASchedulesSlotsIsKeptForDaysAndForgottenByItsOwnApplicationOnly() {
		this.places = Map.of("removed", new Place("work", 1, START, List.of(), "shop", ""), "mine",
				new Place("work", 1, START, List.of(), "shop", ""), "theirs",
				new Place("work", 1, START, List.of(), "books", ""));
		for (Duration away : List.of(Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofDays(30))) {
			this.now = START.plus(away);
			lookAgain();
		}
		assertThat(this.forgotten).isEmpty();
		this.now = START.plus(Duration.ofDays(31));
		lookAgain();
		assertThat(this.forgotten).containsExactly("removed");
	}

	@Test
	void applicationThatWasAwayForLongHasTimeToDeclareWhatItHas() {
		this.places = Map.of("away", new Place("work", 1, START, List.of(), "shop", ""));
		this.now = START.plus(Duration.ofDays(31));
		lookAgain();
		assertThat(this.forgotten).isEmpty();
		this.now = this.now.plus(Duration.ofMinutes(6));
		lookAgain();
		assertThat(this.forgotten).containsExactly("away");
	}

	private void lookAgain() {
		this.table.lookAgain();
		runPlanned();
	}

	private void later(Runnable task, Duration delay) {
		if (this.errorsOfTheTimer > 0) {
			this.errorsOfTheTimer--;
			throw new StackOverflowError("test");
		}
		this.planned = delay;
		this.timer.add(task);
	}

	private void runPlanned() {
		int planned = this.timer.size();
		for (int k = 0; k < planned; k++) {
			this.timer.remove().run();
		}
	}

	private RecurringJobStore store() {
		return (RecurringJobStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RecurringJobStore.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("forget")) {
						this.forgotten.add(arguments[0]);
					}
					return answer(method.getName());
				});
	}

	private CompletableFuture<?> answer(String call) {
		Object answer = switch (call) {
			case "look" -> new Look(1, this.now);
			case "places" -> this.places;
			case "forget" -> true;
			case "read" ->
				this.places.keySet().stream().filter((id) -> id.startsWith("often")).map(this::schedule).toList();
			default -> fire();
		};
		if (this.holdsAnswers && call.equals("fire")) {
			this.held.add(new CompletableFuture<>());
			return this.held.get(this.held.size() - 1);
		}
		return CompletableFuture.completedFuture(answer);
	}

	private Fired fire() {
		if (this.errorsOfTheStore-- > 0) {
			throw new OutOfMemoryError("test");
		}
		if (!this.early.isZero()) {
			return new Fired(Outcome.EARLY, START.minus(this.early), START.minusMillis(1), null);
		}
		this.fired++;
		return new Fired(Outcome.ENQUEUED, START, START.plusSeconds(this.fired - 1), null);
	}

	private StoredSchedule schedule(String id) {
		Job run = new Job(new JobId(QueuePartition.of("work"), "run"), "Work.often",
				"[]".getBytes(StandardCharsets.UTF_8), false, JobPriority.NORMAL);
		ScheduleDefinition definition = new ScheduleDefinition(id, Origin.CLIENT,
				Timing.of(Duration.ofSeconds(1), Duration.ZERO),
				new Misfires(MisfirePolicy.FIRE_ONCE, 1, Duration.ofSeconds(10)), OverlapPolicy.ALLOW, run, null);
		return new StoredSchedule(definition, 1, START, START.minusMillis(1), null, null, false);
	}

}
