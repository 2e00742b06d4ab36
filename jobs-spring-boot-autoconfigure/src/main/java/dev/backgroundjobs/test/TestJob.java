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

package dev.backgroundjobs.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import dev.backgroundjobs.JobFailure;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobPriority;
import dev.backgroundjobs.JobState;
import org.jspecify.annotations.Nullable;

/**
 * A job as a test sees it, at one moment.
 *
 * @param info what is known of the job
 * @param arguments its arguments as the job's method gets them: written as JSON and read
 * again
 */
public record TestJob(JobInfo info, List<@Nullable Object> arguments) {

	public TestJob {
		// arguments may be null
		arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
	}

	/**
	 * The job's id.
	 * @return the id, as {@code JobHandle.id()} has it
	 */
	public String id() {
		return this.info.id();
	}

	/**
	 * The job's name.
	 * @return the name
	 */
	public String name() {
		return this.info.name();
	}

	/**
	 * The job's queue.
	 * @return the name of the queue
	 */
	public String queue() {
		return this.info.queue();
	}

	/**
	 * How urgent the job is.
	 * @return the priority
	 */
	public JobPriority priority() {
		return this.info.priority();
	}

	/**
	 * The job's state.
	 * @return the state
	 */
	public JobState state() {
		return this.info.state();
	}

	/**
	 * The number of the latest attempt, or of the next one.
	 * @return the number, from 1
	 */
	public int attempt() {
		return this.info.attempt();
	}

	/**
	 * When the job was or will be due, by the {@link JobTestClient#clock() clock}.
	 * @return the time
	 */
	public Instant dueAt() {
		return this.info.dueAt();
	}

	/**
	 * The job's failed attempts, at most the latest ten.
	 * @return the failures, oldest first
	 */
	public List<JobFailure> failures() {
		return this.info.failures();
	}

	/**
	 * Whether the job waits for its first or next attempt.
	 */
	boolean isPending() {
		return switch (state()) {
			case SCHEDULED, QUEUED, RETRYING -> true;
			default -> false;
		};
	}

	/**
	 * The job as messages show it.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(name());
		text.append(this.arguments.stream()
			.map((argument) -> (argument instanceof String string) ? "\"" + string + "\"" : String.valueOf(argument))
			.collect(Collectors.joining(", ", "(", ")")));
		text.append(' ').append(state()).append(", queue ").append(queue());
		if (priority() != JobPriority.NORMAL) {
			text.append(", priority ").append(priority());
		}
		if (isPending()) {
			text.append(", attempt ").append(attempt()).append(" due at ").append(dueAt());
		}
		else {
			text.append(", attempt ").append(attempt());
		}
		if (!failures().isEmpty()) {
			JobFailure latest = failures().get(failures().size() - 1);
			text.append(", failed with ").append(latest.type()).append(": ").append(latest.message());
		}
		if (this.info.parkedBecause() != null) {
			text.append(", waits because ").append(this.info.parkedBecause());
		}
		return text.append(", id ").append(id()).toString();
	}

}
