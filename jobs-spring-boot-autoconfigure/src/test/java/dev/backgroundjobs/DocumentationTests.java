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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation shows is what was compiled.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..");

	private static final Path SHOP = Path.of("src/test/java/com/example/shop");

	@ParameterizedTest
	@ValueSource(strings = { "ShopApplication", "Mails" })
	void quickStartIsCompiledCode(String type) throws IOException {
		String source = source(type);
		assertThat(Files.readString(ROOT.resolve("README.md"))).contains(source.substring(source.indexOf("package ")));
	}

	@Test
	void fragmentsAreCompiledCode() throws IOException {
		String source = unindented(sources());
		for (Path page : pages()) {
			assertThat(fragments(page)).as(page.toString())
				.allSatisfy((fragment) -> assertThat(source).contains(unindented(fragment)));
		}
		assertThat(fragments(ROOT.resolve("docs/using.md"))).isNotEmpty();
	}

	private static List<String> fragments(Path page) throws IOException {
		return Stream.of(Files.readString(page).split("```java\n"))
			.skip(1)
			.map((block) -> block.substring(0, block.indexOf("```")))
			.filter((block) -> !block.startsWith("package "))
			.toList();
	}

	@Test
	void everyPropertyIsDescribed() throws IOException {
		String page = Files.readString(ROOT.resolve("docs/configuration.md"));
		List<String> names = StreamSupport
			.stream(JsonMapper.shared()
				.readTree(new ClassPathResource("META-INF/spring-configuration-metadata.json").getInputStream())
				.get("properties")
				.spliterator(), false)
			.map((property) -> property.get("name").asString())
			.toList();
		assertThat(names).hasSizeGreaterThan(15).allSatisfy((name) -> assertThat(page).contains("`" + name + "`"));
	}

	@Test
	void everyLinkedTestExists() throws IOException {
		List<String> links = Stream.of(Files.readString(ROOT.resolve("docs/guarantees.md")).split("\\("))
			.filter((part) -> part.startsWith("../"))
			.map((part) -> part.substring(0, part.indexOf(')')))
			.toList();
		assertThat(links).isNotEmpty()
			.allSatisfy((link) -> assertThat(ROOT.resolve("docs").resolve(link.replaceAll("#.*", ""))).exists());
	}

	@Test
	void everyAlertLeadsToASectionOfTheRunbook() throws IOException {
		String runbook = Files.readString(ROOT.resolve("docs/runbook.md"));
		List<String> lines = Files.readAllLines(ROOT.resolve("docs/alerts.yml"));
		List<String> alerts = values(lines, "- alert: ");
		List<String> sections = values(lines, "runbook_url: docs/runbook.md#");
		assertThat(alerts).hasSize(4).allSatisfy((alert) -> assertThat(runbook).contains("`" + alert + "`"));
		assertThat(sections).hasSameSizeAs(alerts)
			.allSatisfy((section) -> assertThat(
					runbook.lines().filter((line) -> line.startsWith("## ")).map((line) -> line.substring(3)))
				.anyMatch((heading) -> heading.toLowerCase(Locale.ROOT).replace(' ', '-').equals(section)));
	}

	private static List<String> values(List<String> lines, String key) {
		return lines.stream()
			.map(String::strip)
			.filter((line) -> line.startsWith(key))
			.map((line) -> line.substring(key.length()))
			.toList();
	}

	private static String unindented(String code) {
		return code.replaceAll("(?m)^\\s+", "");
	}

	private static String source(String type) throws IOException {
		return Files.readString(SHOP.resolve(type + ".java"));
	}

	private static String sources() throws IOException {
		StringBuilder sources = new StringBuilder();
		for (Path source : list(SHOP)) {
			sources.append(Files.readString(source));
		}
		return sources.toString();
	}

	private static List<Path> pages() throws IOException {
		return Stream.concat(Stream.of(ROOT.resolve("README.md")), list(ROOT.resolve("docs")).stream())
			.filter((path) -> path.toString().endsWith(".md"))
			.toList();
	}

	private static List<Path> list(Path folder) throws IOException {
		try (Stream<Path> paths = Files.list(folder)) {
			return paths.filter(Files::isRegularFile).sorted().toList();
		}
	}

}
