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

package dev.backgroundjobs.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.schedule.ScheduleOperations;
import org.jspecify.annotations.Nullable;

/**
 * Schedules of recurring jobs.
 */
final class RecurringKind implements Kind {

	private final ScheduleOperations recurring;

	RecurringKind(ScheduleOperations recurring) {
		this.recurring = recurring;
	}

	@Override
	public String name() {
		return "recurring";
	}

	@Override
	public Object list(Page page) {
		Page.Names ids = page.of(List.copyOf(this.recurring.ids()));
		return new PageDescriptor(ids.total(),
				ids.names().stream().map(this.recurring::find).filter(Objects::nonNull).toList(), ids.cursor());
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		return this.recurring.find(name);
	}

	@Override
	public ChangeDescriptor write(String name, String state, Selection selection) {
		return switch (state.toLowerCase(Locale.ROOT)) {
			case "paused" -> changed(name, this.recurring::pause, true);
			case "running" -> changed(name, this.recurring::resume, false);
			case "triggered" -> triggered(name);
			default -> throw Kind.unknownState(state, "paused, running, triggered");
		};
	}

	private ScheduleChange changed(String id, Predicate<String> change, boolean paused) {
		boolean changed = change.test(id);
		return new ScheduleChange(id, changed, (changed || this.recurring.find(id) != null) ? paused : null, null);
	}

	private ScheduleChange triggered(String id) {
		JobId job = this.recurring.trigger(id);
		return new ScheduleChange(id, job != null, null, (job != null) ? job.toString() : null);
	}

	/**
	 * What came of a change of a schedule.
	 *
	 * @param id the schedule
	 * @param changed whether this call changed it or triggered a run
	 * @param paused whether it is paused now, if that was asked for
	 * @param job the run that was triggered
	 */
	record ScheduleChange(String id, boolean changed, @Nullable Boolean paused,
			@Nullable String job) implements ChangeDescriptor {

		@Override
		public boolean known() {
			return this.paused != null || this.job != null;
		}

		@Override
		public boolean done() {
			return known();
		}

	}

}
