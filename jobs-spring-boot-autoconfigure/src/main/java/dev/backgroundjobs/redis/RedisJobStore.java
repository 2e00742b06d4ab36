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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.Cancellation;
import dev.backgroundjobs.core.ClaimOptions;
import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.DeadJoin;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.Due;
import dev.backgroundjobs.core.JobClaims;
import dev.backgroundjobs.core.JobEnds;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobOutcome;
import dev.backgroundjobs.core.JobQueue;
import dev.backgroundjobs.core.JobReport;
import dev.backgroundjobs.core.NewJob;
import dev.backgroundjobs.core.QueueCapacity;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.core.Renewal;
import dev.backgroundjobs.core.Settlement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Jobs in Redis: each transition is one script, which decides by the clock of Redis.
 */
public final class RedisJobStore implements JobQueue, JobClaims, JobOperations, JobEnds, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisJobStore.class);

	private static final Duration REGISTER_AGAIN = Duration.ofSeconds(5);

	private final RedisConnections connections;

	private final RedisKeys keys;

	private final Options options;

	private final Function<String, QueueCapacity> capacities;

	private final ToIntFunction<String> partitions;

	private final KnownPartitions known;

	private final DeadLetterPages deadLetters;

	private final WakeUps wakeUps;

	private final Awaits awaits;

	private final MissingWorkers missingWorkers;

	private final Map<QueuePartition, Enqueuer> enqueuers = new ConcurrentHashMap<>();

	private final Map<QueuePartition, Settler> settlers = new ConcurrentHashMap<>();

	private final Outboxes outboxes;

	private final StepPlaces places;

	/**
	 * Create a store whose queues hold any number of jobs.
	 * @param connections the connections
	 * @param namespace the namespace
	 * @param options limits
	 */
	public RedisJobStore(RedisConnections connections, String namespace, Options options) {
		this(connections, namespace, options, (queue) -> QueueCapacity.UNLIMITED, (queue) -> 1);
	}

	/**
	 * Create a store.
	 * @param connections the connections
	 * @param namespace the namespace
	 * @param options limits
	 * @param capacities how many jobs a queue may hold
	 * @param partitions over how many partitions the jobs of a queue are spread
	 */
	public RedisJobStore(RedisConnections connections, String namespace, Options options,
			Function<String, QueueCapacity> capacities, ToIntFunction<String> partitions) {
		this.connections = connections;
		this.keys = new RedisKeys(namespace);
		this.options = options;
		this.capacities = capacities;
		this.partitions = partitions;
		this.known = new KnownPartitions(connections.enqueue(), this.keys);
		this.outboxes = new Outboxes(connections.work(), this.keys);
		this.deadLetters = new DeadLetterPages(connections.enqueue(), this.keys, options.succeededRetention(),
				this.outboxes);
		this.wakeUps = new WakeUps(connections.wakeUp());
		this.places = new StepPlaces(this.known);
		this.awaits = new Awaits(connections.enqueue(), this.keys, this.wakeUps, options.awaitPollInterval());
		this.missingWorkers = new MissingWorkers(connections.enqueue(), this.keys, connections.servers(),
				connections.leaseTime());
	}

	@Override
	public Map<Integer, Acceptance> enqueue(List<NewJob> batch) {
		return send(batch, this.options.enqueueTimeout());
	}

	@Override
	public Map<Integer, Acceptance> enqueue(List<NewJob> batch, Duration timeout) {
		if (this.connections.enqueue().isDown()) {
			throw new DataAccessResourceFailureException("Redis is not available");
		}
		return send(batch, timeout);
	}

	private Map<Integer, Acceptance> send(List<NewJob> batch, Duration timeout) {
		QueuePartition partition = batch.get(0).job().id().partition();
		Map<Integer, Acceptance> met = enqueuerOf(batch).enqueue(batch, timeout);
		this.missingWorkers.enqueued(partition);
		this.outboxes.enqueued(batch, partition);
		return met;
	}

	@Override
	public int maxBatch(QueuePartition partition) {
		return (int) Math.min(MAX_BATCH_JOBS, capacity(partition).jobs());
	}

	@Override
	public int partitions(String queue) {
		return this.partitions.applyAsInt(queue);
	}

	/**
	 * No script sees more than one partition, so each has its share of what the queue may
	 * hold.
	 */
	private QueueCapacity capacity(QueuePartition partition) {
		QueueCapacity all = this.capacities.apply(partition.queue());
		int partitions = partitions(partition.queue());
		return (partitions > 1 && all.jobs() < Long.MAX_VALUE) ? all.share(partition.number(), partitions) : all;
	}

	private Enqueuer enqueuerOf(List<NewJob> batch) {
		// the queues of all steps are known before the first one runs
		batch.stream()
			.filter((job) -> job.job().link() != null)
			.forEach((job) -> this.enqueuers.computeIfAbsent(job.job().id().partition(), this::enqueuer));
		return this.enqueuers.computeIfAbsent(batch.get(0).job().id().partition(), this::enqueuer);
	}

	private Enqueuer enqueuer(QueuePartition partition) {
		register(partition);
		return new Enqueuer(this.connections.enqueue(), this.keys.of(partition), capacity(partition),
				this.options.succeededRetention());
	}

	/** Make the queue known, so that operators see it before it has a worker. */
	private void register(QueuePartition partition) {
		this.connections.enqueue()
			.eval(RedisScript.HEARTBEAT, this.keys.workers(), RedisConnection.bytes(""), RedisConnection.bytes("0"),
					RedisConnection.bytes(""), RedisConnection.bytes(partition.queue()),
					RedisConnection.bytes(Math.max(partitions(partition.queue()), partition.number() + 1)))
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					this.connections.enqueue().later(REGISTER_AGAIN, () -> register(partition));
				}
			});
	}

	@Override
	public Claimant claimant(QueuePartition partition, String id, ClaimOptions claimOptions) {
		byte[] channel = this.keys.channel(id, partition.queue());
		this.wakeUps.register(channel, claimOptions);
		// so that the last words of a job do not come behind its outcome
		this.connections.work().call((redis) -> redis.scriptLoad(RedisScript.REPORT.source()));
		return new RedisClaimant(this.connections, partition, this.keys.of(partition), settler(partition),
				new RedisClaimant.ClaimantIdentity(id, channel, () -> this.wakeUps.unregister(channel),
						this.outboxes.of(partition), partitions(partition.queue())),
				claimOptions, this.options);
	}

	@Override
	public CompletionStage<Renewal> renew(QueuePartition partition, Collection<String> tokens, Duration lease) {
		byte[][] arguments = Stream
			.concat(Stream.of(RedisConnection.bytes(lease.toMillis())), tokens.stream().map(RedisConnection::bytes))
			.toArray(byte[][]::new);
		return this.connections.lease()
			.eval(RedisScript.RENEW, this.keys.of(partition), arguments)
			.thenApply(Reply::renewal);
	}

	@Override
	public Runnable listenToDeadJoins(Consumer<DeadJoin> listener) {
		return this.outboxes.deadJoins().listen(listener);
	}

	/** Hear of joins that die while no worker of this process listens. */
	public void listenToDeadJoinsWithoutWorker(Consumer<DeadJoin> listener) {
		this.outboxes.deadJoins().listenWithoutWorker(listener);
	}

	@Override
	public void report(QueuePartition partition, List<JobReport> reports, JobReport.Limits limits) {
		// in front of the outcomes of these jobs, on the same connection
		this.connections.work()
			.eval(RedisScript.REPORT, this.keys.of(partition), ReportText.arguments(reports, limits))
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					logger.debug("What jobs say of themselves was not heard", failure);
				}
			});
	}

	@Override
	public CompletableFuture<Void> await(JobId id) {
		return this.awaits.await(id);
	}

	@Override
	public void close() {
		this.awaits.close();
	}

	@Override
	public CompletionStage<Settlement> startAlone(ClaimedJob claimed, Duration alone, Duration lease) {
		return settler(claimed.job().id().partition()).startAlone(claimed, alone, lease);
	}

	@Override
	public CompletionStage<Settlement> settle(ClaimedJob claimed, JobOutcome outcome) {
		return settler(claimed.job().id().partition()).settle(claimed, outcome);
	}

	private Settler settler(QueuePartition partition) {
		return this.settlers.computeIfAbsent(partition,
				(key) -> new Settler(this.connections.work(), this.keys.of(key), this.options, this.outboxes.of(key)));
	}

	@Override
	public Cancellation requestCancel(JobId id) {
		return whereItIs(id, Cancellation.REFUSED, (place) -> {
			byte[][] channel = this.keys.aroundWorker(place.queue());
			long done = operation(RedisScript.CANCEL, place.partition(), RedisConnection.bytes(place.local()), keep(),
					channel[0], channel[1]);
			return (done == 0) ? Cancellation.REFUSED : (done == 2) ? Cancellation.REQUESTED : Cancellation.ENDED;
		});
	}

	private byte[] keep() {
		return RedisConnection.bytes(this.options.succeededRetention().toMillis());
	}

	/**
	 * Do something to a job, which may be a step of a chain that waits elsewhere, or is
	 * on its way.
	 */
	private <T> T whereItIs(JobId id, T refused, Function<JobId, T> operation) {
		T done = operation.apply(id);
		List<QueuePartition> others = done.equals(refused) ? this.places.besides(id) : List.of();
		if (others.isEmpty()) {
			return done;
		}
		List<JobId> places = new ArrayList<>(others.stream().map((place) -> new JobId(place, id.local())).toList());
		T found = first(places, refused, operation);
		if (!found.equals(refused)) {
			return found;
		}
		others.forEach((place) -> Answers.await(this.outboxes.of(place).now()));
		places.add(0, id);
		return first(places, refused, operation);
	}

	private static <T> T first(List<JobId> places, T refused, Function<JobId, T> operation) {
		return places.stream().map(operation).filter((done) -> !done.equals(refused)).findFirst().orElse(refused);
	}

	@Override
	public boolean retry(JobId id) {
		return operate(RedisScript.RETRY_DEAD, id.partition(), RedisConnection.bytes(id.local()));
	}

	@Override
	public boolean reschedule(JobId id, Due due) {
		return whereItIs(id, false, (place) -> operate(RedisScript.RESCHEDULE, place.partition(),
				RedisConnection.bytes(place.local()), RedisConnection.bytes(DueText.encode(due))));
	}

	@Override
	public boolean delete(JobId id) {
		return whereItIs(id, false, (place) -> operate(RedisScript.DELETE, place.partition(),
				RedisConnection.bytes(place.local()), keep()));
	}

	@Override
	public DeadStep retryDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		return this.deadLetters.change(this.known.of(queue), "retry", jobName, max, cursor);
	}

	@Override
	public DeadStep deleteDead(String queue, @Nullable String jobName, int max, @Nullable String cursor) {
		return this.deadLetters.change(this.known.of(queue), "delete", jobName, max, cursor);
	}

	@Override
	public boolean pause(String queue) {
		return pause(queue, 1);
	}

	@Override
	public boolean resume(String queue) {
		return pause(queue, 0);
	}

	/**
	 * The first partition goes first: whoever begins to work on a new one asks it. If one
	 * was added meanwhile, it may have been asked too early.
	 */
	private boolean pause(String queue, int pauses) {
		boolean changed = false;
		int done = 0;
		for (List<QueuePartition> all = this.known.of(queue); done < all.size(); all = this.known.of(queue)) {
			for (QueuePartition partition : all.subList(done, all.size())) {
				changed |= operate(RedisScript.PAUSE, partition, RedisConnection.bytes(pauses),
						RedisConnection.bytes(""));
			}
			done = all.size();
		}
		return changed;
	}

	private boolean operate(RedisScript script, QueuePartition partition, byte[]... arguments) {
		return operation(script, partition, arguments) != 0;
	}

	private long operation(RedisScript script, QueuePartition partition, byte[]... arguments) {
		Reply reply = Answers.ok(this.connections.enqueue().eval(script, this.keys.of(partition), arguments));
		this.outboxes.of(partition).changed(reply, 2);
		return reply.number(1);
	}

	/**
	 * The store's limits.
	 *
	 * @param enqueueTimeout how long a caller waits for Redis to confirm a job
	 * @param succeededRetention for how long ended jobs are kept whose callers follow
	 * them
	 * @param deadRetention for how long dead letters are kept
	 * @param refusalInterval how long a worker waits before it tries again what somebody
	 * has to correct first
	 * @param awaitPollInterval how often is asked about jobs for whose end somebody
	 * waits, in case a message was lost
	 * @param maxKeptBytes how many bytes the ended jobs of a queue may take that are kept
	 * @param maxDead how many dead letters a queue may keep
	 */
	public record Options(Duration enqueueTimeout, Duration succeededRetention, Duration deadRetention,
			Duration refusalInterval, Duration awaitPollInterval, long maxKeptBytes, long maxDead) {

		Options(Duration enqueueTimeout, Duration succeededRetention, Duration deadRetention,
				Duration refusalInterval) {
			this(enqueueTimeout, succeededRetention, deadRetention, refusalInterval, Duration.ofSeconds(1),
					Long.MAX_VALUE, Long.MAX_VALUE);
		}

		Refusals refusals() {
			return new Refusals(this.refusalInterval);
		}

	}

}
