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

package dev.backgroundjobs;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One word for each thing, in code, scripts, docs, the dashboard and the alerts; and
 * attributes of annotations that say nothing unless somebody sets them.
 */
class WordsTests {

	private static final Path ROOT = Path.of("..");

	/** States and transitions as other libraries call them. */
	private static final Pattern FOREIGN = Pattern.compile("\\b(READY|DELAYED|PENDING|PROCESSING|ACTIVE|IN_PROGRESS"
			+ "|COMPLETED|FAILED(?! TO START)|ABORTED|CANCELED|canceled"
			+ "|[Nn]?[Aa]ck(s|ed)?|[Dd]equeue[ds]?|DLQ|dead letter queue|dead-letter queue|[Rr]edeliver(s|ed|y|ies)?"
			+ "|[Rr]eaper|[Ss]weeps?|[Vv]isibility timeout)\\b");

	@Test
	void statesAreTheSameEverywhere() throws IOException {
		List<String> states = Stream.of(JobState.values()).map(JobState::name).toList();
		assertThat(states).containsExactlyInAnyOrder("SCHEDULED", "QUEUED", "RUNNING", "RETRYING", "WAITING",
				"SUCCEEDED", "DEAD", "CANCELLED", "EXPIRED");
		String schema = Files.readString(ROOT.resolve("docs/redis-schema.md"));
		assertThat(found("(?m)^\\| ([A-Z]+) \\|", schema.substring(schema.indexOf("\n## States"))))
			.containsExactlyInAnyOrderElementsOf(states);
		assertThat(Files.readString(ROOT.resolve("docs/using.md"))).contains(states);
		for (String file : List.of("docs/grafana-dashboard.json", "docs/alerts.yml")) {
			assertThat(found("queue_size\\{[^}]*state=\\\\?\"([^\"\\\\]+)", Files.readString(ROOT.resolve(file))))
				.as(file)
				.isNotEmpty()
				.isSubsetOf(states.stream().map((state) -> state.toLowerCase(Locale.ROOT)).toList());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "jobs-spring-boot-autoconfigure/src/main", "sample-app/src/main", "docs", "README.md" })
	void wordsOfOthersAreNotUsed(String place) throws IOException {
		for (Path file : texts(ROOT.resolve(place))) {
			assertThat(FOREIGN.matcher(Files.readString(file)).results().map(MatchResult::group)).as(file.toString())
				.isEmpty();
		}
	}

	/**
	 * Else nobody could tell whether an attribute was set, and settings of less weight
	 * would never hold.
	 */
	@ParameterizedTest
	@ValueSource(classes = { BackgroundJob.class, JobRetry.class, RecurringJob.class })
	void attributeThatIsNotSetSaysNothing(Class<? extends Annotation> annotation) {
		for (Method attribute : annotation.getDeclaredMethods()) {
			Object value = attribute.getDefaultValue();
			assertThat(String.valueOf((value instanceof Object[] values) ? List.of(values) : value))
				.as(attribute.toString())
				.isIn("", "-1", "-1.0", "DEFAULT", "[]");
		}
	}

	private static List<String> found(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map((match) -> match.group(1)).toList();
	}

	private static List<Path> texts(Path place) throws IOException {
		try (Stream<Path> files = Files.walk(place)) {
			List<Path> texts = new ArrayList<>(
					files.filter((file) -> file.toString().matches(".*\\.(java|lua|md|json|ya?ml|html|js)")).toList());
			assertThat(texts).isNotEmpty();
			return texts;
		}
	}

}
