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

package dev.backgroundjobs.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import dev.backgroundjobs.JobScheduleInfo.Origin;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.redis.JobRecord.UnreadableRecordException;
import dev.backgroundjobs.schedule.RecurringJobStore.Place;
import dev.backgroundjobs.schedule.ScheduleDefinition;
import dev.backgroundjobs.schedule.Slots;
import dev.backgroundjobs.schedule.StoredSchedule;
import dev.backgroundjobs.schedule.Timing;
import io.lettuce.core.KeyValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.DigestUtils;

/**
 * Schedules as the scripts keep them: the first line of a definition is theirs, the
 * others are ours.
 */
final class ScheduleText {

	private static final Logger logger = LoggerFactory.getLogger(ScheduleText.class);

	/** Behind the id of a schedule, as in fire.lua. */
	private static final List<String> FIELDS = List.of("", "\0d", "\0r", "\0f", "\0w", "\0paused");

	private static final int FINGERPRINT = 16;

	private ScheduleText() {
	}

	static String origin(ScheduleDefinition definition) {
		return (definition.origin() == Origin.METHOD) ? "D" : "C";
	}

	/**
	 * What tells one definition from another.
	 */
	static String fingerprint(ScheduleDefinition definition) {
		byte[] all = (definition.queue() + "\n" + String.join(" ", policies(definition)) + "\n" + text(definition))
			.getBytes(StandardCharsets.UTF_8);
		byte[] run = run(definition);
		return DigestUtils.md5DigestAsHex(ByteBuffer.allocate(all.length + run.length).put(all).put(run).array())
			.substring(0, FINGERPRINT);
	}

	/**
	 * The arguments of a schedule for define.lua.
	 */
	static List<byte[]> arguments(ScheduleDefinition definition, String revision, boolean comesFromElsewhere) {
		List<String> policies = policies(definition);
		String origin = origin(definition);
		return List.of(bytes(definition.id()), bytes(revision),
				bytes(comesFromElsewhere ? origin.toLowerCase(Locale.ROOT) : origin), bytes(policies.get(0)),
				bytes(policies.get(1)), bytes(policies.get(2)), bytes(text(definition)), run(definition));
	}

	private static List<String> policies(ScheduleDefinition definition) {
		return List.of(definition.misfires().policy().name(), definition.overlap().name(),
				String.valueOf(definition.misfires().threshold().toMillis()));
	}

	private static String text(ScheduleDefinition definition) {
		Timing timing = definition.timing();
		StringBuilder text = new StringBuilder("max=").append(definition.misfires().max());
		if (timing.cron() != null) {
			text.append("\ncron=").append(timing.cron()).append("\nzone=").append(timing.zone());
		}
		if (timing.fixedRate() != null) {
			text.append("\nrate=").append(timing.fixedRate()).append("\ndelay=").append(timing.initialDelay());
		}
		return text.toString();
	}

	private static byte[] run(ScheduleDefinition definition) {
		return JobRecord.encode(definition.run(), definition.expiresAfter());
	}

	/**
	 * The fields in which a schedule is kept.
	 */
	static List<byte[]> fields(String id) {
		return FIELDS.stream().map((field) -> bytes(id + field)).toList();
	}

	static int numberOfFields() {
		return FIELDS.size();
	}

	/**
	 * Whether a schedule has come from another queue, and has not arrived yet.
	 * @param fields the values of {@link #fields}
	 */
	static boolean isOnItsWay(List<KeyValue<byte[], byte[]>> fields) {
		String definition = value(fields, 1);
		return definition != null && definition.matches("(?s)\\d+ \\d+ \\p{Lower} .*");
	}

	/**
	 * Read a schedule.
	 * @param fields the values of {@link #fields}
	 * @return the schedule, or {@code null} if there is none, or none that can be read
	 */
	static @Nullable StoredSchedule read(String queue, String id, List<KeyValue<byte[], byte[]>> fields) {
		String definition = value(fields, 1);
		if (definition == null || !definition.contains("\n") || !fields.get(2).hasValue()) {
			return null;
		}
		try {
			String[] lines = definition.split("\n");
			String[] head = lines[0].split(" ");
			Map<String, String> text = new HashMap<>();
			for (int k = 1; k < lines.length; k++) {
				text.put(lines[k].substring(0, lines[k].indexOf('=')), lines[k].substring(lines[k].indexOf('=') + 1));
			}
			Slots.Misfires misfires = new Slots.Misfires(MisfirePolicy.valueOf(head[3]),
					Math.min(Slots.Misfires.MOST, Integer.parseInt(text.getOrDefault("max", "1"))),
					Duration.ofMillis(Long.parseLong(head[5])));
			byte[] record = fields.get(2).getValue();
			Job run = JobRecord.decodeSent(new JobId(QueuePartition.of(queue), "run"), record);
			StoredSchedule schedule = new StoredSchedule(
					new ScheduleDefinition(id, head[2].equalsIgnoreCase("D") ? Origin.METHOD : Origin.CLIENT,
							timing(text), misfires, OverlapPolicy.valueOf(head[4]), run,
							JobRecord.expiresAfter(record)),
					Long.parseLong(head[0]), time(head[1]), time(Objects.requireNonNullElse(value(fields, 0), "0")),
					instant(value(fields, 4)), instant(value(fields, 3)), fields.get(5).hasValue());
			// a delay of ages may lead out of all time
			schedule.slots();
			return schedule;
		}
		catch (UnreadableRecordException | RuntimeException ex) {
			// of a newer version, or broken: the others go on
			logger.warn("Schedule '{}' of queue '{}' cannot be read, and this process does not fire it: {}", id, queue,
					ex.toString());
			return null;
		}
	}

	private static Timing timing(Map<String, String> text) {
		String cron = text.get("cron");
		return (cron != null) ? Timing.of(cron, ZoneId.of(text.getOrDefault("zone", ""))) : Timing
			.of(Duration.parse(text.getOrDefault("rate", "")), Duration.parse(text.getOrDefault("delay", "")));
	}

	/**
	 * Read the place of a schedule.
	 * @return the place, or {@code null} if it cannot be read
	 */
	static @Nullable Place place(String text) {
		// an application may be called anything
		String[] parts = text.split(" ", 8);
		try {
			return (parts.length < 8) ? null : new Place(parts[1], Long.parseLong(parts[0]),
					parts[2].equals("D") ? time(parts[3]) : null, formers(parts[5]), parts[7], text);
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Read the former queues of a schedule.
	 */
	static List<String> formers(String text) {
		return (text.isEmpty() || text.equals("-")) ? List.of() : List.of(text.split(","));
	}

	private static @Nullable String value(List<KeyValue<byte[], byte[]>> fields, int index) {
		return fields.get(index).hasValue() ? Reply.text(fields.get(index).getValue()) : null;
	}

	private static @Nullable Instant instant(@Nullable String millis) {
		return (millis != null) ? time(millis) : null;
	}

	private static Instant time(String millis) {
		return Instant.ofEpochMilli(Long.parseLong(millis));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
