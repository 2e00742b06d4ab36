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

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sees every call that reached the server with its answer, also what the client never
 * learns, and knows from that what may happen next. What a claim recovered it sees from
 * what runs after it.
 */
class Oracle {

	private final TestQueue queue;

	private final Map<String, Story> stories = new TreeMap<>();

	private final ReadyLists levels;

	private final Map<String, @Nullable Integer> batches = new HashMap<>();

	private final Map<String, Long> lastClaims = new HashMap<>();

	private final Leases leases = new Leases();

	private final Map<String, Long> slots = new HashMap<>();

	private final Map<String, Long> counters = new TreeMap<>();

	private boolean full;

	private boolean paused;

	Oracle(TestQueue queue) {
		this.queue = queue;
		this.levels = new ReadyLists(queue, this.stories);
	}

	Map<String, Story> stories() {
		return this.stories;
	}

	Leases leases() {
		return this.leases;
	}

	void full(boolean isFull) {
		this.full = isFull;
	}

	void paused(boolean isPaused) {
		this.paused = isPaused;
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
			case FIRE -> fired(arguments, reply);
			case CANCEL -> cancelled(arguments[0], reply.number(1) == 1);
			case RETRY_DEAD -> retried(arguments[0], reply.number(1) == 1);
			case DELETE -> deleted(arguments[0], reply.number(1) == 1);
			default -> throw new IllegalArgumentException(script.name());
		}
	}

	private void enqueued(String[] arguments, ScriptReply reply) {
		String batch = arguments[0] + ":" + arguments[1];
		if (reply.status().equals("DUP")) {
			assertThat(this.batches).as("a batch that was applied or refused").containsKey(batch);
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
		assertThat(reply.status()).isEqualTo("OK");
		assertThat(this.full).as("accepted although full").isFalse();
		assertThat(this.batches).as("batch " + batch + " applied twice, or after it was refused")
			.doesNotContainKey(batch);
		this.batches.put(batch, (arguments.length - 4) / 3);
		List<String> refused = reply.texts(2);
		if (!arguments[3].isEmpty() && refused.size() < (arguments.length - 4) / 3) {
			assertThat(this.queue.unfinished()).as("unfinished jobs")
				.isLessThanOrEqualTo(Integer.parseInt(arguments[3]));
		}
		for (int k = 4; k < arguments.length; k += 3) {
			if (refused.contains(arguments[k])) {
				assertThat(this.stories).as("ids that exist").containsKey(arguments[k]);
			}
			else {
				String due = arguments[k + 2];
				begin(arguments[k], arguments[k + 1],
						reply.number(1) + (due.startsWith("+") ? Long.parseLong(due.substring(1)) : 0));
			}
		}
	}

	private void begin(String id, String record, long due) {
		count("enqueued");
		Story before = this.stories.put(id, new Story(record, due));
		if (before != null) {
			assertThat(before.ended()).as("the job that had the id " + id + " has ended").isTrue();
			count("forgotten");
		}
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
		recovered(now, mayRecover);
		this.levels.nothingIsOverdue(now, mayRecover && reply.number(2) != 0);
		expired(now, reply.number(7));
		if (ids.size() < Integer.parseInt(arguments[2]) && !this.paused) {
			assertThat(this.levels.queued()).as("queued jobs beside a free slot").isZero();
		}
		if (ids.isEmpty()) {
			assertThat(reply.status()).isIn("EMPTY", "PAUSED");
			return;
		}
		assertThat(this.paused).as("claimed from a paused queue").isFalse();
		assertThat(ids).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(Integer.parseInt(arguments[2]));
		this.lastClaims.put(worker, sequence);
		this.levels.claimed(Integer.parseInt(arguments[7]), ids);
		for (int k = 0; k < ids.size(); k++) {
			story(ids.get(k)).claimed(token, reply.attempt(k), now);
		}
		this.leases.extend(token, now + Long.parseLong(arguments[3]));
	}

	/**
	 * A claim takes jobs only from leases that have ended, and only if it may; they go to
	 * the front, wait, or die if they were alone.
	 */
	private void recovered(long now, boolean mayRecover) {
		Map<String, String> owners = this.queue.redis().hgetall(this.queue.key("i"));
		this.stories.forEach((id, story) -> {
			if (story.owner() != null && !story.owner().equals(owners.get(id))) {
				assertThat(mayRecover).as(id + " was recovered by a claim that must not").isTrue();
				this.leases.assertOver(story.owner(), now, id + " was taken from its owner");
				boolean waits = story.lost(now, this.leases.end(story.owner()));
				count("recovered");
				assertThat(this.queue.redis().zscore(this.queue.key("t"), id) != null).as(id + " waits after a loss")
					.isEqualTo(waits);
				assertThat(this.queue.redis().zscore(this.queue.key("x"), id) != null)
					.as(id + " is dead because it was alone when its worker died")
					.isEqualTo(story.dead());
			}
		});
	}

	/**
	 * A claim ends those it meets that are past their time and were never started.
	 */
	private void expired(long now, long number) {
		if (number > 0) {
			Set<String> alive = new HashSet<>(this.queue.redis().hkeys(this.queue.key("j")));
			this.queue.redis().zrange(this.queue.key("f"), 0, -1).forEach(alive::remove);
			List<String> gone = ids(Story::waits).stream().filter((id) -> !alive.contains(id)).toList();
			assertThat(gone).as("expired jobs").hasSize((int) number).allMatch((id) -> story(id).late(now));
			gone.forEach((id) -> {
				count("expired");
				end(id, story(id).retained());
			});
		}
	}

	private void replayed(String token, List<String> ids, ScriptReply reply) {
		for (int k = 0; k < ids.size(); k++) {
			Story story = story(ids.get(k));
			assertThat(story.owner()).as("owner of " + ids.get(k) + " in a repeated answer").isEqualTo(token);
			assertThat(reply.attempt(k)).isEqualTo(story.attempt());
		}
	}

	private void settled(String[] arguments, ScriptReply reply) {
		long now = reply.number(1);
		Set<String> stale = new HashSet<>(reply.texts(2));
		for (int k = 0; k < arguments.length; k += 5) {
			String id = arguments[k];
			String token = arguments[k + 1];
			if (!stale.contains(String.valueOf(k / 5 + 1))) {
				assertThat(story(id).owner()).as("the owner that settled " + id).isEqualTo(token);
				accept(id, arguments[k + 2], Long.parseLong(arguments[k + 3]), arguments[k + 4], now);
			}
			else if (this.stories.containsKey(id)) {
				assertThat(token).as("the owner of " + id + ", whose outcome was refused")
					.isNotEqualTo(story(id).owner());
			}
		}
	}

	private void accept(String id, String verb, long millis, String text, long now) {
		Story story = story(id);
		switch (verb) {
			case "S" -> story.startedAlone(now + millis);
			case "C" -> {
				count("completed");
				end(id, millis > 0);
			}
			case "R" -> {
				count("retried");
				story.givenBack(true, now + millis);
			}
			case "B" -> story.died();
			case "L" -> {
				count("released");
				story.givenBack(text.equals("1"), 0);
			}
			default -> {
				count("parked");
				story.givenBack(false, now + millis);
			}
		}
	}

	private void end(String id, boolean kept) {
		if (kept) {
			story(id).finished();
		}
		else {
			this.stories.remove(id);
		}
	}

	private void renewed(String[] arguments, ScriptReply reply) {
		long now = reply.number(1);
		List<String> lost = reply.texts(2);
		for (String token : Arrays.asList(arguments).subList(1, arguments.length)) {
			if (!lost.contains(token)) {
				this.leases.extend(token, now + Long.parseLong(arguments[0]));
				assertThat(ids((story) -> token.equals(story.owner()))).as("jobs of the renewed lease " + token)
					.isNotEmpty();
			}
			else {
				leaseIsOver(token);
			}
		}
	}

	private void leaseIsOver(String token) {
		assertThat(ids((story) -> token.equals(story.owner()))).as("jobs of the lease " + token + ", said to be over")
			.isEmpty();
	}

	private void fired(String[] arguments, ScriptReply reply) {
		long slot = Long.parseLong(arguments[1]);
		long last = this.slots.getOrDefault(arguments[0], 0L);
		if (reply.status().equals("OK")) {
			assertThat(this.full).as("accepted although full").isFalse();
			assertThat(slot).as("slot fired twice").isGreaterThan(last);
			this.slots.put(arguments[0], slot);
			begin(arguments[2], arguments[3], slot);
		}
		else {
			assertThat(reply.status()).isEqualTo("ALREADY");
			assertThat(slot).as("slot refused").isLessThanOrEqualTo(last);
		}
	}

	private void cancelled(String id, boolean done) {
		Story story = this.stories.get(id);
		if (!done) {
			assertThat(story == null || !story.waits()).as(id + " could have been cancelled").isTrue();
			return;
		}
		assertThat(story(id).waits()).as(id + " waited when it was cancelled").isTrue();
		count("cancelled");
		end(id, story(id).retained());
	}

	private void deleted(String id, boolean done) {
		Story story = this.stories.get(id);
		if (!done) {
			assertThat(story == null || story.owner() != null || story.ended()).as(id + " could have been deleted")
				.isTrue();
			return;
		}
		assertThat(story(id).owner()).as("the owner of " + id + ", which was deleted").isNull();
		count(story(id).ended() ? "forgotten" : "deleted");
		this.stories.remove(id);
	}

	private void retried(String id, boolean done) {
		Story story = this.stories.get(id);
		if (!done) {
			assertThat(story == null || !story.dead()).as(id + " could have been retried").isTrue();
			return;
		}
		count("requeued");
		story(id).requeued();
	}

	private Story story(String id) {
		Story story = this.stories.get(id);
		assertThat(story).as("job " + id).isNotNull();
		return (story != null) ? story : new Story("", 0);
	}

	private void count(String counter) {
		this.counters.merge(counter, 1L, Long::sum);
	}

	/**
	 * Compare what the oracle knows with what the server has.
	 */
	void check() {
		Audit audit = this.queue.read();
		audit.check();
		this.levels.check();
		this.stories.entrySet().removeIf((entry) -> {
			boolean forgotten = entry.getValue().ended() && !audit.jobs().contains(entry.getKey());
			if (forgotten) {
				count("forgotten");
			}
			return forgotten;
		});
		assertThat(audit.jobs()).as("jobs").isEqualTo(this.stories.keySet());
		assertThat(audit.in("x")).as("dead jobs").containsExactlyInAnyOrderElementsOf(ids(Story::dead));
		assertThat(audit.in("f")).as("ended jobs").containsExactlyInAnyOrderElementsOf(ids(Story::ended));
		assertThat(audit.in("i")).as("running jobs")
			.containsExactlyInAnyOrderElementsOf(ids((story) -> story.owner() != null));
		this.counters.forEach(
				(counter, times) -> assertThat(this.queue.counter(counter)).as("counter " + counter).isEqualTo(times));
	}

	private List<String> ids(Predicate<Story> which) {
		return this.stories.entrySet()
			.stream()
			.filter((entry) -> which.test(entry.getValue()))
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * All waiting retries were made due.
	 */
	void dueNow() {
		this.stories.values().forEach(Story::dueNow);
	}

}
