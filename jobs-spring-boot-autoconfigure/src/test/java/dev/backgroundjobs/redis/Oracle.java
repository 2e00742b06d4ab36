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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sees every call that reached the server with its answer, also what the client never
 * learns, and knows from that what may happen next. What a claim recovered it sees from
 * what runs after it.
 */
class Oracle {

	private final TestQueue queue;

	private final Stories stories = new Stories();

	private final Operations operations;

	private final ReadyLists levels;

	private final Map<String, @Nullable Integer> batches = new HashMap<>();

	private final Map<String, List<String>> lastMet = new HashMap<>();

	private final Map<String, Long> lastClaims = new HashMap<>();

	private final Leases leases = new Leases();

	private final ChainStories chains;

	private boolean full;

	Oracle(TestQueue queue, ChainStories.Journeys journeys) {
		this.queue = queue;
		this.chains = new ChainStories(queue, this.stories, journeys);
		this.operations = new Operations(queue, this.stories, this.chains);
		this.levels = new ReadyLists(queue, this.stories.all());
	}

	Map<String, Story> stories() {
		return this.stories.all();
	}

	Leases leases() {
		return this.leases;
	}

	void full(boolean isFull) {
		this.full = isFull;
		this.operations.full(isFull);
	}

	List<String> running() {
		return this.stories.ids((story) -> story.owner() != null);
	}

	boolean paused() {
		return this.operations.paused();
	}

	int unfinished() {
		return this.queue.unfinished();
	}

	/**
	 * How many jobs of a batch were accepted, or {@code null} if it was not applied.
	 */
	@Nullable Integer applied(String producer, long sequence) {
		return this.batches.get(producer + ":" + sequence);
	}

	void saw(RedisScript script, String[] arguments, ScriptReply reply) {
		switch (script) {
			case ENQUEUE -> enqueued(arguments, reply);
			case CLAIM -> claimed(arguments, reply);
			case SETTLE -> settled(arguments, reply);
			case RENEW -> renewed(arguments, reply);
			case RELAY -> assertThat(reply.status()).isEqualTo("OK");
			case RECEIVE -> this.chains.received(arguments[1], arguments[0], arguments[4], reply);
			case REPORT -> assertThat(reply.status()).isEqualTo("OK");
			case FIRE, DEFINE, FORGET, ARRIVE, CANCEL, RETRY_DEAD, RESCHEDULE, DELETE, AWAIT, PAUSE, DEAD ->
				this.operations.saw(script, arguments, reply);
			default -> throw new IllegalArgumentException(script.name());
		}
	}

	private void enqueued(String[] arguments, ScriptReply reply) {
		String batch = arguments[0] + ":" + arguments[1];
		if (reply.status().equals("DUP")) {
			assertThat(this.batches).as("a batch that was applied or refused").containsKey(batch);
			if (reply.number(1) == Long.parseLong(arguments[1])) {
				assertThat(reply.texts(3)).as("what a repeated batch has met")
					.isEqualTo(this.lastMet.getOrDefault(batch, List.of()));
			}
			return;
		}
		if (reply.status().equals("FULL")) {
			assertThat(this.batches.put(batch, null)).as("batch " + batch + " refused after it was applied").isNull();
			int room = Integer.parseInt(arguments[3]) - this.queue.unfinished();
			assertThat((arguments.length - 4) / 3 - reply.texts(2).size()).as("a batch for which there is no room")
				.isGreaterThan(room);
			assertThat(reply.number(1)).as("unfinished jobs").isEqualTo(this.queue.unfinished());
			return;
		}
		if (reply.status().equals("TAKEN")) {
			assertThat(this.batches.put(batch, null)).as("batch " + batch + " refused after it was applied").isNull();
			this.stories.locks().refused(arguments, reply);
			return;
		}
		assertThat(reply.status()).isEqualTo("OK");
		assertThat(this.full).as("accepted although full").isFalse();
		assertThat(this.batches).as("batch " + batch + " applied twice, or after it was refused")
			.doesNotContainKey(batch);
		this.batches.put(batch, (arguments.length - 4) / 3);
		this.lastMet.put(batch, reply.texts(3));
		if (!arguments[3].isEmpty() && reply.texts(3).size() < (arguments.length - 4) / 3) {
			assertThat(this.queue.unfinished()).as("unfinished jobs")
				.isLessThanOrEqualTo(Integer.parseInt(arguments[3]));
		}
		new Enqueued(this.stories, reply).jobs(arguments, this.chains);
	}

	private void claimed(String[] arguments, ScriptReply reply) {
		String worker = arguments[0];
		long sequence = Long.parseLong(arguments[1]);
		String token = worker + ":" + sequence;
		long last = this.lastClaims.getOrDefault(worker, 0L);
		if (reply.status().equals("OLD")) {
			assertThat(sequence).as("old").isLessThanOrEqualTo(last);
			leaseIsOver(token);
			return;
		}
		List<String> ids = reply.texts(3);
		long now = reply.number(1);
		if (sequence <= last) {
			this.leases.extend(token, now + Long.parseLong(arguments[3]));
			replayed(token, ids, reply);
			return;
		}
		boolean mayRecover = arguments[6].equals("1");
		this.chains.joins().passDeadlines(this.queue, now);
		recovered(now, mayRecover, reply, Integer.parseInt(arguments[11]));
		this.levels.nothingIsOverdue(now, mayRecover && reply.number(2) != 0);
		expired(now, reply.number(7));
		if (ids.size() < Integer.parseInt(arguments[2]) && !this.operations.paused() && reply.number(2) != 0) {
			assertThat(this.levels.queued()).as("queued jobs beside a free slot").isZero();
		}
		if (ids.isEmpty()) {
			assertThat(reply.status()).isIn("EMPTY", "PAUSED");
			return;
		}
		assertThat(this.operations.paused()).as("claimed from a paused queue").isFalse();
		assertThat(ids).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(Integer.parseInt(arguments[2]));
		this.lastClaims.put(worker, sequence);
		if (reply.number(2) != 0) {
			this.levels.claimed(Integer.parseInt(arguments[7]), ids);
		}
		given(token, ids, reply, now);
		this.leases.extend(token, now + Long.parseLong(arguments[3]));
	}

	private void given(String token, List<String> ids, ScriptReply reply, long now) {
		for (int k = 0; k < ids.size(); k++) {
			Story story = this.stories.story(ids.get(k));
			story.claimed(token, reply.attempt(k), now);
			this.chains.joins().claimed(ids.get(k), reply.texts(4).get(k));
			assertThat(reply.texts(8).isEmpty() ? "null" : reply.texts(8).get(k)).as("since when it is unknown")
				.isEqualTo(String.valueOf(story.unknownSince()));
		}
	}

	/**
	 * A claim takes jobs only from leases that have ended, and only if it may; they go to
	 * the front, wait, or die if they were alone.
	 */
	private void recovered(long now, boolean mayRecover, ScriptReply reply, int most) {
		List<String> dropped = reply.texts(11);
		List<String> told = new ArrayList<>();
		Map<String, String> owners = this.queue.redis().hgetall(this.queue.key("i"));
		List<String> gone = new ArrayList<>();
		this.stories.all().forEach((id, story) -> {
			if (story.owner() != null && !story.owner().equals(owners.get(id))) {
				assertThat(mayRecover).as(id + " was recovered by a claim that must not").isTrue();
				this.leases.assertOver(story.owner(), now, id + " was taken from its owner");
				if (story.isCancelled()) {
					gone.add(id);
					return;
				}
				int attempt = story.attempt();
				boolean waits = story.lost(now, this.leases.end(story.owner()));
				this.stories.locks().freedByDeath(id);
				this.stories.count("recovered");
				if (story.dead()) {
					this.chains.died(id);
				}
				told.add(id + " attempt " + attempt + (story.dead() ? " dead" : ""));
				assertThat(this.queue.redis().zscore(this.queue.key("t"), id) != null).as(id + " waits after a loss")
					.isEqualTo(waits);
				assertThat(dropped.contains(id) || this.queue.redis().zscore(this.queue.key("x"), id) != null)
					.as(id + " is dead because it was alone when its worker died")
					.isEqualTo(story.dead());
			}
		});
		assertThat(Leases.recoveredIn(reply)).as("what the claim says it recovered")
			.containsExactlyInAnyOrderElementsOf(told);
		assertThat(reply.texts(12)).as("cancelled jobs that lost their worker")
			.containsAll(gone)
			.hasSize(2 * gone.size());
		gone.forEach(this::cancelled);
		this.stories.dropped(dropped, most);
		dropped.forEach(this.chains::ended);
	}

	/** A claim ends those it meets that are past their time and were never started. */
	private void expired(long now, long number) {
		if (number > 0) {
			Set<String> alive = new HashSet<>(this.queue.redis().hkeys(this.queue.key("j")));
			this.queue.redis().zrange(this.queue.key("f"), 0, -1).forEach(alive::remove);
			List<String> gone = this.stories.ids((story) -> story.waits() && story.predecessor() == null)
				.stream()
				.filter((id) -> !alive.contains(id))
				.toList();
			assertThat(gone).as("expired jobs")
				.hasSize((int) number)
				.allMatch((id) -> this.stories.story(id).late(now));
			gone.forEach((id) -> {
				this.chains.ended(id);
				this.stories.count("expired");
				this.stories.locks().freed(id);
				this.stories.end(id, this.stories.story(id).retained());
			});
		}
	}

	private void replayed(String token, List<String> ids, ScriptReply reply) {
		for (int k = 0; k < ids.size(); k++) {
			Story story = this.stories.story(ids.get(k));
			assertThat(story.owner()).as("owner of " + ids.get(k) + " in a repeated answer").isEqualTo(token);
			assertThat(reply.attempt(k)).isEqualTo(story.attempt());
		}
	}

	private void settled(String[] arguments, ScriptReply reply) {
		long now = reply.number(1);
		Set<String> stale = new HashSet<>(reply.texts(2));
		int place = 0;
		for (String[] outcome : TestQueue.outcomes(arguments)) {
			String id = outcome[0];
			String token = outcome[1];
			if (!stale.contains(String.valueOf(++place))) {
				assertThat(this.stories.story(id).owner()).as("the owner that settled " + id).isEqualTo(token);
				accept(id, outcome[2], Long.parseLong(outcome[3]), outcome[4], now);
			}
			else if (this.stories.all().containsKey(id)) {
				assertThat(token).as("the owner of " + id + ", whose outcome was refused")
					.isNotEqualTo(this.stories.story(id).owner());
			}
		}
	}

	private void cancelled(String id) {
		this.chains.ended(id);
		this.stories.count("cancelled");
		this.stories.locks().freed(id);
		this.stories.end(id, this.stories.story(id).retained());
	}

	private void accept(String id, String verb, long millis, String text, long now) {
		Story story = this.stories.story(id);
		if (verb.equals("K") || story.isCancelled() && !List.of("C", "N", "S").contains(verb)) {
			cancelled(id);
			return;
		}
		switch (verb) {
			case "S" -> story.startedAlone(now + millis);
			case "C" -> {
				this.stories.count("completed");
				this.stories.locks().succeeded(id);
				this.stories.end(id, millis > 0);
			}
			case "N" -> {
				this.stories.count("completed");
				if (story.isCancelled()) {
					this.chains.ended(id);
				}
				this.chains.completed(id, story.record(), now);
				this.stories.end(id, millis > 0);
			}
			case "R", "Z" -> {
				this.stories.count(verb.equals("R") ? "retried" : "snoozed");
				story.givenBack(true, now + millis);
			}
			case "B" -> buried(id, story);
			case "L" -> {
				this.stories.count("released");
				story.givenBack(text.equals("1"), 0);
			}
			default -> {
				this.stories.count("parked");
				story.parked(verb.equals("U"), now, now + millis);
			}
		}
	}

	private void buried(String id, Story story) {
		story.died();
		this.stories.locks().freedByDeath(id);
		this.chains.died(id);
	}

	private void renewed(String[] arguments, ScriptReply reply) {
		long now = reply.number(1);
		List<String> lost = reply.texts(2);
		for (String token : Arrays.asList(arguments).subList(1, arguments.length)) {
			if (!lost.contains(token)) {
				this.leases.extend(token, now + Long.parseLong(arguments[0]));
				assertThat(Leases.told(reply.texts(3), token)).as("cancelled jobs of the lease " + token)
					.containsExactlyInAnyOrderElementsOf(
							this.stories.ids((story) -> token.equals(story.owner()) && story.isCancelled()));
				assertThat(this.stories.ids((story) -> token.equals(story.owner())))
					.as("jobs of the renewed lease " + token)
					.isNotEmpty();
			}
			else {
				leaseIsOver(token);
			}
		}
	}

	private void leaseIsOver(String token) {
		assertThat(this.stories.ids((story) -> token.equals(story.owner())))
			.as("jobs of the lease " + token + ", said to be over")
			.isEmpty();
	}

	/** Compare what the oracle knows with what the server has. */
	void check() {
		Audit audit = this.queue.read();
		audit.check();
		this.levels.check();
		this.stories.all().entrySet().removeIf((entry) -> {
			boolean forgotten = entry.getValue().ended() && !audit.jobs().contains(entry.getKey());
			if (forgotten) {
				this.stories.count("forgotten");
			}
			return forgotten;
		});
		assertThat(audit.jobs()).as("jobs").isEqualTo(this.stories.all().keySet());
		assertThat(audit.in("x")).as("dead jobs").containsExactlyInAnyOrderElementsOf(this.stories.ids(Story::dead));
		assertThat(audit.in("f")).as("ended jobs").containsExactlyInAnyOrderElementsOf(this.stories.ids(Story::ended));
		assertThat(audit.in("wt")).as("waiting steps").containsExactlyInAnyOrderElementsOf(this.chains.waiting());
		assertThat(audit.in("i")).as("running jobs")
			.containsExactlyInAnyOrderElementsOf(this.stories.ids((story) -> story.owner() != null));
		this.stories.counters()
			.forEach((counter, times) -> assertThat(this.queue.counter(counter)).as("counter " + counter)
				.isEqualTo(times));
	}

	TestQueue queue() {
		return this.queue;
	}

	ChainStories chains() {
		return this.chains;
	}

	/** All waiting retries were made due. */
	void dueNow() {
		this.stories.all().values().forEach(Story::dueNow);
	}

}
