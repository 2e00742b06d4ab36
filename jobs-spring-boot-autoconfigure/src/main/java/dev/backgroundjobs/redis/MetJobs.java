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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import dev.backgroundjobs.DuplicateJobException;
import dev.backgroundjobs.JobAcceptance;
import dev.backgroundjobs.core.Acceptance;
import dev.backgroundjobs.core.DuplicateJobs;
import dev.backgroundjobs.core.JobId;
import dev.backgroundjobs.core.NewJob;

/**
 * Tells callers which of their jobs met others: those with the same id, or with the same
 * lock.
 */
final class MetJobs {

	private MetJobs() {
	}

	/**
	 * Tell the callers of a batch that was applied.
	 * @param entries the batch
	 * @param met a text for each: its place from 1, a letter, and the id it met
	 */
	static void tell(List<EnqueueEntry> entries, List<String> met) {
		if (met.isEmpty() || entries.isEmpty()) {
			return;
		}
		Map<Integer, String> byPlace = new HashMap<>();
		met.forEach((text) -> {
			int digits = 0;
			while (Character.isDigit(text.charAt(digits))) {
				digits++;
			}
			byPlace.put(Integer.parseInt(text.substring(0, digits)) - 1, text.substring(digits));
		});
		int first = 0;
		for (EnqueueEntry entry : entries) {
			Map<Integer, Acceptance> ofEntry = new HashMap<>();
			for (int i = 0; i < entry.jobs.size(); i++) {
				String text = byPlace.get(first + i);
				if (text != null) {
					ofEntry.put(i, acceptance(entry.jobs.get(i), text));
				}
			}
			entry.met = ofEntry;
			first += entry.jobs.size();
		}
	}

	private static Acceptance acceptance(NewJob job, String text) {
		JobId id = job.job().id();
		JobId met = new JobId(id.partition(), text.substring(1));
		return switch (text.charAt(0)) {
			case 'R' -> new Acceptance(JobAcceptance.REPLACED, id, met);
			case 'D' -> Acceptance.of(JobAcceptance.DEBOUNCED, met);
			default -> Acceptance.of(JobAcceptance.EXISTING, met);
		};
	}

	/**
	 * A batch was not applied because some of its jobs refuse to live beside others.
	 * Their callers are told; those whose job only met one of another caller in the same
	 * batch try again when that one is enqueued.
	 * @param entries the batch
	 * @param reply for each of those jobs its place from 1, the id it met, and whether
	 * that one is of the same batch
	 * @param again takes callers that try again
	 * @return the others
	 */
	static List<EnqueueEntry> withoutTaken(List<EnqueueEntry> entries, Reply reply, Consumer<EnqueueEntry> again) {
		Map<Integer, Integer> taken = new HashMap<>();
		for (int i = 1; i < reply.size(); i += 3) {
			taken.put((int) reply.number(i) - 1, i);
		}
		List<EnqueueEntry> others = new ArrayList<>();
		int first = 0;
		for (EnqueueEntry entry : entries) {
			Map<NewJob, String> refused = new LinkedHashMap<>();
			boolean waits = false;
			Set<String> own = new HashSet<>();
			for (int i = 0; i < entry.jobs.size(); i++) {
				NewJob job = entry.jobs.get(i);
				Integer at = taken.get(first + i);
				if (at != null && (reply.text(at + 2).equals("0") || own.contains(reply.text(at + 1)))) {
					refused.put(job, reply.text(at + 1));
				}
				waits |= at != null;
				own.add(job.job().id().local());
			}
			first += entry.jobs.size();
			if (!refused.isEmpty()) {
				entry.complete(duplicate(refused));
			}
			else if (waits && entry.isWanted()) {
				again.accept(entry);
			}
			else if (!waits) {
				others.add(entry);
			}
		}
		return others;
	}

	private static DuplicateJobException duplicate(Map<NewJob, String> refused) {
		Map<String, String> holders = new LinkedHashMap<>();
		refused.forEach((job, local) -> holders.put(job.job().id().toString(),
				new JobId(job.job().id().partition(), local).toString()));
		NewJob first = refused.keySet().iterator().next();
		return DuplicateJobs.refused(first.job(), holders);
	}

}
