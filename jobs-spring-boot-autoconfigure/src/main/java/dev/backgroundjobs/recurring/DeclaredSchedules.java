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
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobDefinition;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobPayloadCodec;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.method.InvalidJobMethodException;
import dev.backgroundjobs.method.JobMethod;
import dev.backgroundjobs.method.JobMethodRegistry;
import dev.backgroundjobs.schedule.ScheduleDefaults;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.Slots;
import dev.backgroundjobs.schedule.Timing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.Assert;
import org.springframework.util.StringValueResolver;
import org.springframework.util.function.SingletonSupplier;

/**
 * The schedules that the methods of this application declare, with what is configured for
 * them; disabled ones left out.
 */
public final class DeclaredSchedules implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(DeclaredSchedules.class);

	private static final String DISABLED = "-";

	private static final String ACTION = "A cron expression has six fields, beginning with seconds, for example "
			+ "'0 0 3 * * *' for three o'clock each night, or is a macro like '@hourly'; '-' disables it; a zone reads "
			+ "'Europe/Berlin'; fixedRate and initialDelay read '30s' or 'PT30S'";

	private final JobMethodRegistry methods;

	private final JobPayloadCodec codec;

	private final Map<String, RecurringSettings> configured;

	private final ScheduleDefaults defaults;

	private final StringValueResolver placeholders;

	private final Supplier<Map<String, @Nullable ScheduleDefinition>> all = SingletonSupplier.of(this::read);

	/**
	 * Create the schedules.
	 * @param methods the job methods
	 * @param codec the codec for the empty arguments
	 * @param configured what is configured for schedules, by id
	 * @param defaults what holds for those that say nothing else
	 * @param placeholders resolves placeholders
	 */
	public DeclaredSchedules(JobMethodRegistry methods, JobPayloadCodec codec,
			Map<String, RecurringSettings> configured, ScheduleDefaults defaults, StringValueResolver placeholders) {
		this.methods = methods;
		this.codec = codec;
		this.configured = Map.copyOf(configured);
		this.defaults = defaults;
		this.placeholders = placeholders;
	}

	/**
	 * A typo in a schedule stops the application also where nothing is fired: in a test,
	 * or in a process that only enqueues.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		all();
	}

	/**
	 * All that are not disabled.
	 * @return the schedules
	 * @throws InvalidJobMethodException if one of them cannot be used
	 */
	public List<ScheduleDefinition> all() {
		return this.all.get().values().stream().filter(Objects::nonNull).toList();
	}

	/**
	 * Those that are disabled.
	 * @return their ids
	 */
	Set<String> disabled() {
		Set<String> disabled = new LinkedHashSet<>(this.all.get().keySet());
		all().forEach((schedule) -> disabled.remove(schedule.id()));
		return disabled;
	}

	private Map<String, @Nullable ScheduleDefinition> read() {
		Map<String, @Nullable ScheduleDefinition> byId = new LinkedHashMap<>();
		for (JobMethod method : this.methods.all()) {
			Set<RecurringJob> annotations = method.schedules();
			for (RecurringJob annotation : annotations) {
				String id = id(method, annotation, annotations.size());
				if (byId.containsKey(id)) {
					throw new InvalidJobMethodException("Two schedules have the id '" + id + "'",
							"Give each @RecurringJob an id of its own, for example @RecurringJob(id = \"" + id
									+ "2\")");
				}
				byId.put(id, schedule(id, method.definition(), annotation));
			}
		}
		Set<String> unmatched = new TreeSet<>(this.configured.keySet());
		unmatched.removeAll(byId.keySet());
		if (!unmatched.isEmpty()) {
			logger
				.warn("background-jobs.recurring has settings for {}, and no schedule of this application has such an "
						+ "id: they are {}. An id with dots is written in brackets: background-jobs.recurring.[Mails.digest]"
						+ ".cron", unmatched, byId.keySet());
		}
		return byId;
	}

	private String id(JobMethod method, RecurringJob annotation, int schedules) {
		String name = method.definition().name();
		String id = resolve(annotation.id());
		if (id.isEmpty() && schedules > 1) {
			throw new InvalidJobMethodException("Job '" + name + "' has " + schedules + " schedules, one without an id",
					"Give each of them an id of its own, for example @RecurringJob(id = \"" + name
							+ ".nightly\", ...)");
		}
		try {
			return ScheduleDefinition.checkId(id.isEmpty() ? name : id);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(name, ex, "Correct the id");
		}
	}

	private @Nullable ScheduleDefinition schedule(String id, JobDefinition job, RecurringJob annotation) {
		RecurringSettings settings = this.configured.getOrDefault(id, RecurringSettings.NONE);
		try {
			Timing timing = timing(annotation, settings);
			if (timing == null || !job.enabled()) {
				return null;
			}
			int max = (settings.maxMisfires() != null) ? settings.maxMisfires() : annotation.maxMisfires();
			if (settings.maxMisfires() != null || max != -1) {
				Slots.Misfires.checkMax(max);
			}
			MisfirePolicy misfire = (settings.misfire() != null) ? settings.misfire() : annotation.misfire();
			OverlapPolicy overlap = (settings.overlap() != null) ? settings.overlap() : annotation.overlap();
			Job run = new Job(new JobId(QueuePartition.of(job.queue()), "run"), job.name(),
					this.codec.encode(List.of(), new Object[0]), job.returnsHandle(), job.priority());
			return new ScheduleDefinition(id, Origin.METHOD, timing, this.defaults.misfires(misfire, max),
					ScheduleDefaults.overlap(overlap), run, job.expiresAfter());
		}
		catch (IllegalArgumentException ex) {
			throw invalid(job.name(), ex, ACTION);
		}
	}

	/**
	 * When it is due, or {@code null} if it is disabled.
	 */
	private @Nullable Timing timing(RecurringJob annotation, RecurringSettings settings) {
		boolean configuredTiming = settings.cron() != null || settings.fixedRate() != null;
		String cron = configuredTiming ? Objects.requireNonNullElse(settings.cron(), "").trim()
				: resolve(annotation.cron());
		Duration rate = configuredTiming ? settings.fixedRate() : duration(annotation.fixedRate());
		if (cron.equals(DISABLED)) {
			return null;
		}
		Assert.isTrue(!cron.isEmpty() || rate != null, "it has neither a cron expression nor a fixedRate");
		Assert.isTrue(cron.isEmpty() || rate == null,
				() -> "it has both a cron expression, '" + cron + "', and a fixedRate, " + rate);
		boolean overruled = configuredTiming && rate == null;
		Duration delay = (settings.initialDelay() != null || overruled) ? settings.initialDelay()
				: duration(annotation.initialDelay());
		if (rate != null) {
			return Timing.of(rate, (delay != null) ? delay : Duration.ZERO);
		}
		Assert.isTrue(delay == null, "initialDelay belongs to fixedRate; a cron expression says itself when it is due");
		String zone = (settings.zone() != null) ? settings.zone() : resolve(annotation.zone());
		return Timing.of(cron, zone.isEmpty() ? ZoneId.systemDefault() : Timing.zone(zone));
	}

	private @Nullable Duration duration(String attribute) {
		String text = resolve(attribute);
		return text.isEmpty() ? null : DurationFormatterUtils.detectAndParse(text);
	}

	private String resolve(String text) {
		return Objects.requireNonNullElse(this.placeholders.resolveStringValue(text), "").trim();
	}

	private static InvalidJobMethodException invalid(String job, IllegalArgumentException ex, String action) {
		return new InvalidJobMethodException("The schedule of job '" + job + "' cannot be used: " + ex.getMessage(),
				action);
	}

}
