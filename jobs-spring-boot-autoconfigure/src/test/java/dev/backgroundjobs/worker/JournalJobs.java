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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.MisfirePolicy;
import dev.backgroundjobs.OverlapPolicy;
import dev.backgroundjobs.RecurringJob;
import dev.backgroundjobs.UniqueJob;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Jobs that tell a journal in Redis what they do, so that it can be read when the process
 * that ran them is gone.
 */
class JournalJobs {

	private final StringRedisTemplate redis;

	private final ObjectProvider<JobClient> client;

	private final String journal;

	private final String worker;

	private final boolean stuck;

	private final boolean mortal;

	JournalJobs(StringRedisTemplate redis, ObjectProvider<JobClient> client, String journal, String worker,
			boolean stuck, boolean mortal) {
		this.redis = redis;
		this.client = client;
		this.journal = journal;
		this.worker = worker;
		this.stuck = stuck;
		this.mortal = mortal;
	}

	/**
	 * Never ends in a process that is stuck.
	 */
	@BackgroundJob("journal")
	JobHandle<Void> write(int number) throws InterruptedException {
		note("started " + number + " attempt " + JobContext.current().attempt());
		if (this.stuck) {
			new CountDownLatch(1).await();
		}
		note("done " + number);
		return JobHandle.completed();
	}

	/**
	 * Ends the process, unless it is one that survives this.
	 */
	@BackgroundJob("journal")
	JobHandle<Void> poison() {
		note("poison attempt " + JobContext.current().attempt());
		if (this.mortal) {
			Runtime.getRuntime().halt(1);
		}
		return JobHandle.completed();
	}

	/**
	 * Takes a while and hurts nobody.
	 */
	@BackgroundJob("journal")
	JobHandle<Void> innocent(long millis) throws InterruptedException {
		note("begun attempt " + JobContext.current().attempt());
		new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
		note("ended attempt " + JobContext.current().attempt());
		return JobHandle.completed();
	}

	/**
	 * Takes its time.
	 */
	@BackgroundJob("journal")
	JobHandle<Void> work(int number, long millis) throws InterruptedException {
		note("begun " + number + " by " + this.worker);
		new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
		note("ended " + number + " by " + this.worker);
		return JobHandle.completed();
	}

	/**
	 * A step of a chain: adds itself to those before it.
	 */
	@BackgroundJob("journal")
	JobHandle<List<Integer>> step(int chain, List<Integer> before) throws InterruptedException {
		return next(chain, before);
	}

	/**
	 * Another one, in another queue.
	 */
	@BackgroundJob("slots")
	JobHandle<List<Integer>> stepElsewhere(int chain, List<Integer> before) throws InterruptedException {
		return next(chain, before);
	}

	private JobHandle<List<Integer>> next(int chain, List<Integer> before) throws InterruptedException {
		List<Integer> done = new ArrayList<>(before);
		done.add(before.size() + 1);
		note("step " + done.size() + " of " + chain + " after " + before);
		new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
		return JobHandle.completed(done);
	}

	/**
	 * A child of a join.
	 */
	@BackgroundJob("journal")
	JobHandle<Integer> child(int join, int number) throws InterruptedException {
		return part(join, number);
	}

	/**
	 * Another one, in another queue.
	 */
	@BackgroundJob("slots")
	JobHandle<Integer> childElsewhere(int join, int number) throws InterruptedException {
		return part(join, number);
	}

	private JobHandle<Integer> part(int join, int number) throws InterruptedException {
		note("part " + number + " of " + join);
		new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
		return JobHandle.completed(number);
	}

	/**
	 * A join, in a queue beside those of its children.
	 */
	@BackgroundJob("joins")
	JobHandle<Integer> join(int join, List<Integer> parts) {
		note("join " + join + " of " + parts);
		return JobHandle.completed(parts.size());
	}

	/**
	 * The step behind a join.
	 */
	@BackgroundJob("journal")
	JobHandle<Void> joined(int join, int parts) {
		note("joined " + join + " of " + parts);
		return JobHandle.completed();
	}

	/**
	 * Tells whether virtual threads run jobs.
	 */
	@BackgroundJob("journal")
	JobHandle<Void> tellThread() {
		ThreadGroup group = Thread.currentThread().getThreadGroup();
		note("thread by " + this.worker + " virtual " + group.getName().equals("VirtualThreads"));
		return JobHandle.completed();
	}

	/**
	 * One for each number. Never ends in a process that is stuck.
	 */
	@BackgroundJob("unique")
	@UniqueJob(key = "#number")
	JobHandle<Void> unique(int number) throws InterruptedException {
		note("unique " + number);
		if (this.stuck) {
			new CountDownLatch(1).await();
		}
		return JobHandle.completed();
	}

	@RecurringJob(cron = "${journal.cron:-}")
	@BackgroundJob("slots")
	JobHandle<Void> slot() {
		JobInfo info = this.client.getObject().find(JobContext.current().id());
		note("slot " + ((info != null) ? info.enqueuedAt().getEpochSecond() : "?"));
		return JobHandle.completed();
	}

	@RecurringJob(id = "every-second", cron = "${journal.every-second:-}", misfire = MisfirePolicy.FIRE_ALL,
			maxMisfires = 1000, overlap = OverlapPolicy.ALLOW)
	@BackgroundJob("seconds")
	void second() {
		note("second " + JobContext.current().id());
	}

	void note(String entry) {
		this.redis.opsForList().rightPush(this.journal, entry);
	}

	List<String> entries(String kind) {
		List<String> all = this.redis.opsForList().range(this.journal, 0, -1);
		return (all != null) ? all.stream().filter((entry) -> entry.startsWith(kind)).toList() : List.of();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Configuration {

		@Bean
		JournalJobs journalJobs(StringRedisTemplate redis, ObjectProvider<JobClient> client,
				@Value("journal-${background-jobs.namespace}") String journal,
				@Value("${journal.worker:here}") String worker, @Value("${journal.stuck:false}") boolean stuck,
				@Value("${journal.mortal:false}") boolean mortal) {
			return new JournalJobs(redis, client, journal, worker, stuck, mortal);
		}

		@Bean
		RacingJobs racingJobs(JournalJobs journalJobs) {
			return new RacingJobs(journalJobs);
		}

	}

}
