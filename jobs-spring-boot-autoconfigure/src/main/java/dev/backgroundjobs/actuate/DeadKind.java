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

import dev.backgroundjobs.core.DeadLetters;
import dev.backgroundjobs.core.DeadStep;
import dev.backgroundjobs.core.JobOperations;
import dev.backgroundjobs.core.JobQueries;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.util.StringUtils;

/**
 * Dead letters, by queue. Many are changed in steps, and one request takes a bounded
 * number of them.
 */
final class DeadKind implements Kind {

	/** How many dead letters one request looks at. */
	private static final int MOST_EXAMINED = 1000;

	private final JobQueries queries;

	private final JobOperations operations;

	DeadKind(JobQueries queries, JobOperations operations) {
		this.queries = queries;
		this.operations = operations;
	}

	@Override
	public String name() {
		return "dead";
	}

	@Override
	public Object list(Page page) {
		Page.Names names = page.of(this.queries.queues());
		List<QueueOfDead> queues = names.names()
			.stream()
			.map((queue) -> new QueueOfDead(queue, this.queries.figures(queue).dead()))
			.toList();
		return new PageDescriptor(names.total(), queues, names.cursor());
	}

	@Override
	public @Nullable Object read(String name, Page page, boolean showValues) {
		if (!this.queries.queues().contains(name)) {
			return null;
		}
		try {
			DeadLetters dead = this.queries.dead(name, page.limit(), page.cursor());
			return new DeadDescriptor(name, dead.total(),
					dead.jobs().stream().map((job) -> new JobDescriptor(job, showValues)).toList(), dead.cursor());
		}
		catch (IllegalArgumentException ex) {
			throw invalidCursor(ex);
		}
	}

	@Override
	public ChangeDescriptor write(String name, String state, Selection selection) {
		if (!state.toLowerCase(Locale.ROOT).equals("queued")) {
			throw Kind.unknownState(state, "queued");
		}
		return change(name, selection, this.operations::retryDead);
	}

	@Override
	public ChangeDescriptor delete(String name, Selection selection) {
		return change(name, selection, this.operations::deleteDead);
	}

	private ChangeDescriptor change(String queue, Selection selection, Step step) {
		String max = selection.max();
		int wanted = (max != null) ? Page.number("max", max, MOST_EXAMINED) : MOST_EXAMINED;
		String jobName = StringUtils.hasText(selection.jobName()) ? selection.jobName() : null;
		if (!this.queries.queues().contains(queue)) {
			return DeadChange.unknown(queue);
		}
		try {
			return change(queue, jobName, wanted, selection.cursor(), step);
		}
		catch (IllegalArgumentException ex) {
			throw invalidCursor(ex);
		}
	}

	private static DeadChange change(String queue, @Nullable String jobName, int wanted, @Nullable String from,
			Step step) {
		int examined = 0;
		int changed = 0;
		String cursor = StringUtils.hasText(from) ? from : null;
		do {
			DeadStep done = step.take(queue, jobName, wanted - changed, cursor);
			examined += done.examined();
			changed += done.changed();
			cursor = done.cursor();
		}
		while (cursor != null && changed < wanted && examined + DeadStep.MOST <= MOST_EXAMINED);
		return new DeadChange(queue, jobName, examined, changed, cursor != null, cursor);
	}

	private static InvalidEndpointRequestException invalidCursor(IllegalArgumentException failure) {
		return Kind.invalid(String.valueOf(failure.getMessage()));
	}

	/**
	 * A step through dead letters.
	 */
	private interface Step {

		DeadStep take(String queue, @Nullable String jobName, int max, @Nullable String cursor);

	}

	/**
	 * A queue and its dead letters.
	 *
	 * @param queue the queue
	 * @param dead how many
	 */
	record QueueOfDead(String queue, long dead) {

	}

}
