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

package dev.backgroundjobs.autoconfigure;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What editors know of the properties.
 */
class ConfigurationMetadataTests {

	@Test
	void everyPropertyHasADescription() throws Exception {
		assertThat(descriptions())
			.containsKeys("background-jobs.enabled", "background-jobs.namespace", "background-jobs.queues",
					"background-jobs.worker.enabled", "background-jobs.worker.lease", "background-jobs.enqueue.timeout",
					"background-jobs.job.max-payload", "background-jobs.retry.delay", "background-jobs.retention.dead",
					"background-jobs.health.backlog-depth", "management.endpoint.backgroundjobs.show-values",
					"management.health.background-jobs.enabled")
			.allSatisfy((name, description) -> assertThat(description).as(name).endsWith("."));
	}

	/**
	 * Boot's rules: no article in front, no "specifies", a full stop.
	 */
	@Test
	void descriptionsBeginAsBootsDo() throws Exception {
		assertThat(descriptions()).allSatisfy((name,
				description) -> assertThat(description).as(name).doesNotStartWith("The ").doesNotStartWith("A "));
	}

	private static Map<String, String> descriptions() throws Exception {
		JsonNode metadata = JsonMapper.shared()
			.readTree(new ClassPathResource("META-INF/spring-configuration-metadata.json",
					JobsProperties.class.getClassLoader())
				.getContentAsByteArray());
		Map<String, String> descriptions = new TreeMap<>();
		metadata.get("properties")
			.forEach((property) -> descriptions.put(property.get("name").asString(),
					property.path("description").asString("")));
		descriptions.keySet().removeIf((name) -> !name.contains("background"));
		return descriptions;
	}

}
