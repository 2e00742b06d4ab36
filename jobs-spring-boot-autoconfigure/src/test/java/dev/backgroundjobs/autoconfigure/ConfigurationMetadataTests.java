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

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.io.Resource;
import org.springframework.core.io.UrlResource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What editors know of the properties.
 */
class ConfigurationMetadataTests {

	private static final String METADATA = "META-INF/spring-configuration-metadata.json";

	private static final ConversionService CONVERSION = ApplicationConversionService.getSharedInstance();

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

	/**
	 * What an editor says of a property that is not set is what the property then is.
	 */
	@Test
	void defaultsAreTheBuiltInOnes() throws Exception {
		BeanWrapperImpl builtIn = new BeanWrapperImpl(new JobsProperties());
		Map<String, JsonNode> properties = properties(own());
		properties.keySet().removeIf((name) -> !name.startsWith("background-jobs."));
		assertThat(properties).hasSizeGreaterThan(30).allSatisfy((name, property) -> {
			Object value = builtIn.getPropertyValue(path(name));
			Object shown = shown(property.get("defaultValue"), value);
			assertThat(ObjectUtils.isEmpty(value) ? null : value).as(name).isEqualTo(shown);
		});
	}

	@Test
	void hintsAreOfPropertiesThatExistAndOfValuesTheyTake() throws Exception {
		Map<String, JsonNode> all = new TreeMap<>();
		for (Resource metadata : new PathMatchingResourcePatternResolver().getResources("classpath*:" + METADATA)) {
			all.putAll(properties(metadata));
		}
		List<JsonNode> hints = list(own(), "hints");
		assertThat(hints).hasSizeGreaterThan(8).allSatisfy((hint) -> {
			JsonNode property = all.get(hint.get("name").asString().replaceAll("\\.keys$", ""));
			assertThat(property).as(hint.get("name").asString()).isNotNull();
			Class<?> type = ClassUtils.resolveClassName(property.get("type").asString().replaceAll("<.*", ""), null);
			hint.path("values").forEach((value) -> {
				assertThat(value.path("description").asString("")).as(value.toString()).endsWith(".");
				if (type.isEnum()) {
					assertThat(CONVERSION.convert(value.get("value").asString(), type)).isNotNull();
				}
			});
			assertThat(type.isEnum() ? type.getEnumConstants().length : hint.path("values").size())
				.as("values of %s", hint.get("name"))
				.isEqualTo(hint.path("values").size());
		});
	}

	private static @Nullable Object shown(@Nullable JsonNode defaultValue, @Nullable Object like) {
		if (defaultValue == null || like == null) {
			return (defaultValue != null) ? defaultValue.toString() : null;
		}
		if (defaultValue.isArray()) {
			return JsonMapper.shared().convertValue(defaultValue, List.class);
		}
		return CONVERSION.convert(defaultValue.asString(), like.getClass());
	}

	/**
	 * {@code queue-defaults.on-full} to {@code queueDefaults.onFull}.
	 */
	private static String path(String name) {
		return Pattern.compile("-([a-z])")
			.matcher(name.substring("background-jobs.".length()))
			.replaceAll((letter) -> letter.group(1).toUpperCase(Locale.ROOT));
	}

	private static Map<String, String> descriptions() throws Exception {
		Map<String, String> descriptions = new TreeMap<>();
		properties(own())
			.forEach((name, property) -> descriptions.put(name, property.path("description").asString("")));
		return descriptions;
	}

	private static Map<String, JsonNode> properties(Resource metadata) throws Exception {
		Map<String, JsonNode> properties = new TreeMap<>();
		list(metadata, "properties").forEach((property) -> properties.put(property.get("name").asString(), property));
		return properties;
	}

	private static List<JsonNode> list(Resource metadata, String name) throws Exception {
		return StreamSupport
			.stream(JsonMapper.shared().readTree(metadata.getContentAsByteArray()).path(name).spliterator(), false)
			.toList();
	}

	/**
	 * The metadata beside the classes; that of tests is of the tests' own properties.
	 */
	private static Resource own() throws Exception {
		return new UrlResource(JobsProperties.class.getProtectionDomain().getCodeSource().getLocation() + METADATA);
	}

}
