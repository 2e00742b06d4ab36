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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;

import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.Attempts;
import dev.backgroundjobs.core.DeadLetters;
import dev.backgroundjobs.core.FoundJob;
import dev.backgroundjobs.core.Job;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobLink;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.core.JobResult;
import dev.backgroundjobs.core.QueueFigures;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.WaitingNames;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.core.WorkerNamespaces;
import io.lettuce.core.Range;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PermissionDeniedDataAccessException;

/**
 * Reads jobs and figures; writes nothing.
 */
public final class RedisJobQueries implements JobQueries {

	/** The name of a job whose record cannot be read. */
	static final String UNREADABLE = "unreadable";

	/**
	 * Position of the failures among the fields of an attempt, as in
	 * include/attempts.lua.
	 */
	private static final int FIRST_FAILURE = 6;

	private static final int FAILURES = 10;

	private static final int PROGRESS = 18;

	private static final int LOG = 19;

	/** How many jobs one script looks at. */
	private static final int MAX_FOUND = 100;

	private final RedisConnection connection;

	private final DeadLetterPages deadLetters;

	private final KnownPartitions known;

	private final RedisKeys keys;

	private final StepPlaces places;

	private final ToIntBiFunction<String, String> maxRetries;

	/**
	 * Create queries.
	 * @param connections the connections to Redis
	 * @param namespace the namespace
	 * @param maxRetries how many retries a job has, by its name and queue
	 */
	public RedisJobQueries(RedisConnections connections, String namespace, ToIntBiFunction<String, String> maxRetries) {
		this.connection = connections.enqueue();
		this.maxRetries = maxRetries;
		this.keys = new RedisKeys(namespace);
		this.known = new KnownPartitions(this.connection, this.keys);
		this.deadLetters = new DeadLetterPages(this.connection, this.keys, Duration.ZERO,
				new Outboxes(this.connection, this.keys));
		this.places = new StepPlaces(this.known);
	}

	@Override
	public @Nullable FoundJob look(JobId id) {
		FoundJob found = look(id, id.partition());
		if (found != null) {
			return found;
		}
		List<QueuePartition> others = this.places.besides(id);
		return others.isEmpty() ? null
				: others.stream()
					.map((place) -> look(id, place))
					.filter(Objects::nonNull)
					.findFirst()
					// it has arrived meanwhile, or there is none
					.orElseGet(() -> look(id, id.partition()));
	}

	private @Nullable FoundJob look(JobId id, QueuePartition place) {
		List<FoundJob> found = look(place, List.of(id));
		return found.isEmpty() ? null : found.get(0);
	}

	private List<FoundJob> look(QueuePartition place, List<JobId> ids) {
		if (ids.isEmpty()) {
			return List.of();
		}
		byte[][] arguments = ids.stream().map((id) -> RedisConnection.bytes(id.local())).toArray(byte[][]::new);
		Reply answers = Answers.await(this.connection.eval(RedisScript.FIND, this.keys.of(place), arguments)).list(2);
		List<FoundJob> found = new ArrayList<>();
		for (int i = 0; i < answers.size(); i++) {
			Reply answer = answers.list(i);
			if (answer.size() > 0) {
				found.add(found(ids.get(i), place, answer));
			}
		}
		return found;
	}

	private FoundJob found(JobId id, QueuePartition place, Reply answer) {
		Reply fields = answer.list(5);
		Attempts attempts = new Attempts(count(fields, 0), count(fields, 1), count(fields, 2), count(fields, 3));
		String name = UNREADABLE;
		Instant enqueued = Instant.EPOCH;
		Instant due = Instant.EPOCH;
		JobPriority priority = JobPriority.NORMAL;
		JobResult result = null;
		String traceParent = null;
		JobLink link = null;
		boolean kept = true;
		try {
			JobRecord record = JobRecord.decode(id,
					(answer.values().get(1) instanceof byte[] bytes) ? bytes : new byte[0]);
			name = record.job().name();
			priority = record.job().priority();
			enqueued = record.enqueued();
			due = record.due();
			result = record.result();
			traceParent = record.job().headers().get(FoundJob.TRACE_PARENT);
			link = record.job().link();
			kept = record.job().retained();
		}
		catch (JobRecord.UnreadableRecordException ex) {
			// its state is still worth showing
		}
		Instant dueAt = time(answer.text(2));
		JobInfo info = new JobInfo(id.toString(), name, id.queue(), priority, JobState.valueOf(answer.text(0)),
				attempts.attempt(), attempts.retries(), this.maxRetries.applyAsInt(name, id.queue()), enqueued,
				(dueAt != null) ? dueAt : due, time(answer.text(3)), time(answer.text(4)), text(fields.values().get(4)),
				ReportText.progress(text(fields.values().get(PROGRESS))), failures(fields),
				(link != null) ? JobLink.text(link.predecessor()) : null,
				(link != null) ? JobLink.text(link.successor()) : null);
		return new FoundJob(info, result, traceParent, kept, ReportText.log(text(fields.values().get(LOG))), place);
	}

	private static List<JobFailure> failures(Reply fields) {
		return fields.values()
			.subList(FIRST_FAILURE, FIRST_FAILURE + FAILURES)
			.stream()
			.filter(Objects::nonNull)
			.map((value) -> FailureText.decode(Reply.text(value)))
			.sorted(Comparator.comparingInt(JobFailure::attempt))
			.toList();
	}

	private static int count(Reply fields, int index) {
		String text = text(fields.values().get(index));
		return (text != null) ? Integer.parseInt(text) : 0;
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? Reply.text(value) : null;
	}

	private static @Nullable Instant time(String text) {
		return (text.isEmpty() || text.equals("0")) ? null : Instant.ofEpochMilli((long) Double.parseDouble(text));
	}

	@Override
	public QueueFigures figures(String queue) {
		return Answers.await(QueueFiguresReply.ask(this.connection, this.keys, this.known.of(queue)));
	}

	@Override
	public Set<String> queues() {
		return Answers.await(this.connection.call((redis) -> redis.hkeys(this.keys.workers()[2])))
			.stream()
			.map(RedisJobQueries::string)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Override
	public DeadLetters dead(String queue, int limit, @Nullable String cursor) {
		DeadLetterPages.Page page = this.deadLetters.list(this.known.of(queue), limit, cursor);
		return new DeadLetters(page.total(), find(page.ids()), page.cursor());
	}

	/**
	 * Find jobs of several partitions, in their order.
	 */
	private List<FoundJob> find(List<JobId> ids) {
		Map<QueuePartition, List<JobId>> byPartition = new LinkedHashMap<>();
		ids.forEach((id) -> byPartition.computeIfAbsent(id.partition(), (key) -> new ArrayList<>()).add(id));
		Map<String, FoundJob> found = new HashMap<>();
		byPartition.forEach((partition, own) -> {
			for (int from = 0; from < own.size(); from += MAX_FOUND) {
				look(partition, own.subList(from, Math.min(own.size(), from + MAX_FOUND)))
					.forEach((job) -> found.put(job.info().id(), job));
			}
		});
		return ids.stream().map((id) -> found.get(id.toString())).filter(Objects::nonNull).toList();
	}

	@Override
	public WaitingNames waitingNames(String queue) {
		int examined = 0;
		Map<String, Long> names = new TreeMap<>();
		for (QueuePartition partition : this.known.of(queue)) {
			Reply reply = Answers.ok(this.connection.eval(RedisScript.NAMES, this.keys.of(partition),
					RedisConnection.bytes(WaitingNames.EXAMINED)));
			examined += (int) reply.number(2);
			Reply counted = reply.list(3);
			for (int i = 0; i < counted.size(); i += 2) {
				names.merge(counted.text(i), counted.number(i + 1), Long::sum);
			}
		}
		return new WaitingNames(examined, names);
	}

	@Override
	public @Nullable Job stored(JobId id) {
		byte[] record = record(id, id.partition());
		if (record == null) {
			record = this.places.besides(id)
				.stream()
				.map((place) -> record(id, place))
				.filter(Objects::nonNull)
				.findFirst()
				.orElse(null);
		}
		try {
			Job job = (record != null) ? JobRecord.decode(id, record).job() : null;
			return (job != null && job.arguments().length > 0) ? job : null;
		}
		catch (JobRecord.UnreadableRecordException ex) {
			return null;
		}
	}

	private byte @Nullable [] record(JobId id, QueuePartition place) {
		byte[] jobs = this.keys.of(place)[RedisKeys.JOBS];
		return Answers.await(this.connection.call((redis) -> redis.hget(jobs, RedisConnection.bytes(id.local()))));
	}

	@Override
	public List<WorkerDescription> workers() {
		byte[][] registry = this.keys.workers();
		List<byte[]> now = Answers.await(this.connection.call((redis) -> redis.time()));
		long ms = Long.parseLong(string(now.get(0))) * 1000;
		List<byte[]> alive = Answers.await(this.connection
			.call((redis) -> redis.zrangebyscore(registry[0], Range.create(ms, Double.POSITIVE_INFINITY))));
		if (alive.isEmpty()) {
			return List.of();
		}
		return Answers.await(this.connection.call((redis) -> redis.hmget(registry[1], alive.toArray(byte[][]::new))))
			.stream()
			.filter((entry) -> entry.hasValue())
			.map((entry) -> WorkerText.decode(string(entry.getValue())))
			.toList();
	}

	@Override
	public WorkerNamespaces namespaces() {
		String own = this.keys.namespace();
		try {
			return new WorkerNamespaces(own, Answers.await(OtherNamespaces.than(own, this.connection)));
		}
		catch (PermissionDeniedDataAccessException ex) {
			// the only key outside the namespace: not everybody may read it
			return new WorkerNamespaces(own, Set.of());
		}
	}

	private static String string(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
