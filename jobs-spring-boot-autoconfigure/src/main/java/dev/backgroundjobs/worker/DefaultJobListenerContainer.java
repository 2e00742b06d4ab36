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

package dev.backgroundjobs.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backgroundjobs.core.Claimant;
import dev.backgroundjobs.core.ClaimedJob;
import dev.backgroundjobs.core.QueuePartition;
import dev.backgroundjobs.listener.JobListenerContainer;
import dev.backgroundjobs.listener.JobListenerContainerOptions;
import dev.backgroundjobs.listener.LongRunningJob;
import dev.backgroundjobs.listener.Setback;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Runs the jobs of one queue, or of several, in slots that they share. Whenever slots are
 * free, or its buffer is low, it shares that room out among its queues and the partitions
 * of each that may have jobs. All decisions are made on the one poll thread of the
 * process, so the state needs no locks; claims are asynchronous, so no container waits
 * for another.
 */
final class DefaultJobListenerContainer implements JobListenerContainer {

	/** Longer than a claim can take with its timeout and back-off. */
	private static final Duration STALLED_AFTER = Duration.ofSeconds(10);

	/** Jobs held here whose end Redis has not confirmed; more would only fill memory. */
	private static final int MAX_UNCONFIRMED = 2000;

	private static final Duration BEHIND_FOR = Duration.ofMillis(10);

	private final JobListenerContainerOptions own;

	private final WorkerOptions options;

	private final JobSlots slots;

	private final WorkerParts parts;

	private final QueueShares shares;

	private final List<PartitionPoller> pollers = new CopyOnWriteArrayList<>();

	private final ExponentialBackOff backOff = new ExponentialBackOff(100, 2);

	private BackOffExecution rests;

	private volatile long startedAt;

	private volatile boolean running;

	private boolean closed;

	/** The system gave no thread for a job. */
	private boolean resting;

	private @Nullable Long pollsLaterAt;

	private long turns;

	DefaultJobListenerContainer(JobListenerContainerOptions own, WorkerOptions options, WorkerParts parts) {
		this.own = own;
		this.options = options;
		this.parts = parts;
		this.shares = new QueueShares(own);
		this.slots = new JobSlots(own, options, parts, this::poll, this::rest, this::isClaiming);
		parts.isolation().whenOpened(this::begin);
		this.backOff.setMaxInterval(5000);
		this.backOff.setJitter(50);
		this.rests = this.backOff.start();
		own.queues().keySet().forEach((queue) -> this.pollers.add(poller(QueuePartition.of(queue))));
	}

	private PartitionPoller poller(QueuePartition partition) {
		this.parts.pollRate().partitionAdded();
		return new PartitionPoller(partition, this, this.options, this.parts);
	}

	@Override
	public synchronized void start() {
		Assert.state(!this.closed, () -> "The container '" + getId() + "' belongs to a worker that has stopped");
		if (!this.running) {
			this.startedAt = System.nanoTime();
			this.slots.open();
			this.running = true;
			this.parts.onPollThread(this::begin);
		}
	}

	private void begin() {
		this.pollers.forEach(PartitionPoller::begin);
		poll();
	}

	/**
	 * Work on so many partitions of each queue, at least. On any thread.
	 */
	synchronized void serve(Map<String, Integer> partitions) {
		int known = this.pollers.size();
		if (!this.closed) {
			getQueues().forEach((queue) -> serve(queue, partitions.getOrDefault(queue, 1)));
		}
		if (this.pollers.size() > known) {
			this.parts.onPollThread(this::poll);
		}
	}

	private void serve(String queue, int partitions) {
		Stream<QueuePartition> known = this.pollers.stream().map(PartitionPoller::partition);
		int first = (int) known.filter((partition) -> partition.queue().equals(queue)).count();
		for (int k = first; k < partitions; k++) {
			this.pollers.add(poller(new QueuePartition(queue, k)));
		}
	}

	/**
	 * Claim and start nothing more, and give back what has not started: together with the
	 * jobs of a claim on its way, which stood behind it.
	 */
	@Override
	public synchronized void stop() {
		this.running = false;
		this.slots.close();
		this.parts.onPollThread(this::giveBack);
	}

	/**
	 * Stop for good.
	 */
	synchronized void close() {
		this.closed = true;
		stop();
		this.pollers.forEach(PartitionPoller::close);
	}

	private void giveBack() {
		if (!this.running && !isClaiming()) {
			this.slots.giveBack();
		}
	}

	/**
	 * Whether a claim is on its way, whose jobs must be given back.
	 */
	boolean isClaiming() {
		return this.pollers.stream().anyMatch(PartitionPoller::isClaiming);
	}

	/**
	 * How many jobs to claim now: none while Redis is slower to confirm outcomes than
	 * jobs are to end.
	 */
	private int wanted() {
		if (this.parts.isolation().isClosed()) {
			return 0;
		}
		int most = Math.max(MAX_UNCONFIRMED, 2 * this.slots.number()) - this.parts.leases().open(getQueues());
		if (most <= 0) {
			pollLater(BEHIND_FOR);
			return 0;
		}
		return Math.min(this.slots.wanted(), most);
	}

	/**
	 * Ask for as many jobs as there is room for.
	 */
	void poll() {
		List<PartitionPoller> ready = this.pollers.stream()
			.filter(PartitionPoller::isReady)
			.sorted(Comparator.comparingLong(PartitionPoller::turn))
			.toList();
		if (ready.isEmpty() || this.resting) {
			return;
		}
		int kept = this.pollers.stream().mapToInt(PartitionPoller::kept).sum();
		Map<String, Integer> free = share(Math.max(0, wanted() - kept), ready);
		for (PartitionPoller poller : ready) {
			int slots = Math.min(free.getOrDefault(poller.partition().queue(), 0), Claimant.MAX_SLOTS);
			if (slots > 0) {
				free.merge(poller.partition().queue(), -slots, Integer::sum);
				poller.ask(slots, ++this.turns);
			}
			else if (this.pollers.stream().anyMatch(PartitionPoller::isAsked)) {
				// what is kept free for another may not be needed there
				pollLater(PartitionPoller.KEPT_FREE);
			}
			else if (poller.isWoken()) {
				// without a free slot the wake-up is handed on to another container
				poller.ask(0, ++this.turns);
			}
			// else no poll may be left: the next free slot has to ask
		}
	}

	private Map<String, Integer> share(int free, List<PartitionPoller> ready) {
		if (this.own.queues().size() == 1) {
			return new HashMap<>(Map.of(ready.get(0).partition().queue(), free));
		}
		return new HashMap<>(this.shares.of(free, queues(ready.stream()),
				queues(this.pollers.stream().filter(PartitionPoller::isAsked)), this::held));
	}

	private static Set<String> queues(Stream<PartitionPoller> pollers) {
		return pollers.map((poller) -> poller.partition().queue()).collect(Collectors.toSet());
	}

	private int held(String queue) {
		return (int) this.parts.leases()
			.open()
			.stream()
			.filter((run) -> run.lease().partition().queue().equals(queue) && !run.hasEnded())
			.count();
	}

	/**
	 * A claim is over.
	 * @param accepted whether there was a thread for each of its jobs
	 */
	void answered(boolean accepted) {
		giveBack();
		if (accepted) {
			poll();
		}
		else {
			rest();
		}
	}

	private void rest() {
		if (!this.resting && !this.parts.pollThread().isShutdown()) {
			this.resting = true;
			this.parts.later(() -> {
				this.resting = false;
				begin();
			}, Duration.ofMillis(this.rests.nextBackOff()));
		}
	}

	private void pollLater(Duration delay) {
		long at = System.nanoTime() + delay.toNanos();
		Long planned = this.pollsLaterAt;
		if ((planned == null || planned - at > 0) && !this.parts.pollThread().isShutdown()) {
			this.pollsLaterAt = at;
			this.parts.later(() -> {
				this.pollsLaterAt = null;
				poll();
			}, delay);
		}
	}

	/**
	 * Start jobs, keep some for the next free slot, or give them back.
	 * @return whether there was a thread for each slot
	 */
	boolean accept(QueuePartition partition, List<ClaimedJob> claimed, long sentAt) {
		if (claimed.isEmpty()) {
			return true;
		}
		Lease lease = this.parts.leases().lease(partition, claimed.get(0).token(), sentAt);
		List<JobRun> runs = new ArrayList<>(claimed.size());
		for (ClaimedJob job : claimed) {
			JobRun run = new JobRun(job, lease, this.options.lease(), this.parts.isolation(),
					this.slots.stuck()::interrupted);
			lease.add(run);
			runs.add(run);
		}
		this.parts.leases().keep(lease);
		boolean accepted = this.slots.accept(runs);
		if (accepted) {
			this.rests = this.backOff.start();
		}
		return accepted;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public String getId() {
		return this.own.id();
	}

	@Override
	public Set<String> getQueues() {
		return this.own.queues().keySet();
	}

	@Override
	public int getConcurrency() {
		return this.slots.number();
	}

	@Override
	public int getBusy() {
		return this.slots.busy();
	}

	@Override
	public int getStuck() {
		return this.slots.stuck().count();
	}

	@Override
	public List<LongRunningJob> getLongRunning() {
		List<JobRun> runs = this.parts.leases()
			.open()
			.stream()
			.filter((run) -> getQueues().contains(run.lease().partition().queue()))
			.toList();
		return LongRuns.among(runs, this.options.longRunning())
			.stream()
			.map((run) -> new LongRunningJob(run.id(), run.claimed().job().name(), run.elapsed()))
			.toList();
	}

	@Override
	public @Nullable Duration getTimeSinceLastPoll() {
		long now = System.nanoTime();
		return this.pollers.stream()
			.map(PartitionPoller::lastAnswer)
			.filter(Objects::nonNull)
			.map((last) -> Duration.ofNanos(now - last))
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	@Override
	public @Nullable Setback getSetback() {
		for (PartitionPoller poller : this.running ? this.pollers : List.<PartitionPoller>of()) {
			Setback setback = this.parts.store().setback(poller.name());
			if (setback != null) {
				return setback;
			}
		}
		return null;
	}

	@Override
	public boolean isStalled() {
		if (this.running && this.slots.stuck().holdingSlots() >= this.slots.number()) {
			return true;
		}
		Duration last = getTimeSinceLastPoll();
		Duration since = (last != null) ? last : Duration.ofNanos(System.nanoTime() - this.startedAt);
		return this.running && !this.parts.isolation().isClosed() && this.slots.busy() < this.slots.number()
				&& since.compareTo(this.parts.pollRate().interval().multipliedBy(2).plus(STALLED_AFTER)) > 0;
	}

}
