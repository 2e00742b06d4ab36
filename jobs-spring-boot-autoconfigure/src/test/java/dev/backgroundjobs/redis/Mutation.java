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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

/**
 * One guard taken out of one script, from {@code mutations.txt}. With the system property
 * {@code jobs.mutation} naming one, all tests that run scripts through {@link Scripts}
 * run the mutated one.
 *
 * @param name the script and what goes wrong
 * @param text what stands in the script
 * @param replacement what is put in its place
 */
record Mutation(String name, String text, String replacement) {

	static final String PROPERTY = "jobs.mutation";

	static List<Mutation> all() {
		return Stream.of(read("mutations.txt").split("\n== ")).skip(1).map(Mutation::parse).toList();
	}

	private static Mutation parse(String entry) {
		String[] lines = entry.split("\n");
		return new Mutation(lines[0], lines(lines, "-"), lines(lines, "+"));
	}

	private static String lines(String[] lines, String sign) {
		return Arrays.stream(lines)
			.filter((line) -> line.startsWith(sign))
			.map((line) -> line.substring(1))
			.collect(Collectors.joining("\n"));
	}

	/**
	 * The mutation that this JVM's tests have to run with, or {@code null}.
	 */
	static @Nullable Mutation chosen() {
		String name = System.getProperty(PROPERTY);
		return (name != null)
				? all().stream().filter((mutation) -> mutation.name.equals(name)).findFirst().orElseThrow() : null;
	}

	String file() {
		return this.name.split("[ :]")[0];
	}

	/**
	 * Whether the tests of the scripts' contracts have to notice, not the simulation.
	 */
	boolean leftToContracts() {
		return this.name.startsWith("(", file().length() + 1);
	}

	/**
	 * The names of the test classes that are said to notice, as a pattern.
	 */
	String contract() {
		return ".*\\." + this.name.substring(this.name.indexOf('(') + 1, this.name.indexOf(')'));
	}

	/**
	 * How often its text stands in the script.
	 */
	int occurrences() {
		return read(file()).split(Pattern.quote(this.text), -1).length - 1;
	}

	/**
	 * The source of a script, mutated if it is the one.
	 */
	String in(RedisScript script) {
		String source = new String(script.source(), StandardCharsets.UTF_8);
		String original = read(file());
		return source.contains(original) ? source.replace(original, original.replace(this.text, this.replacement))
				: source;
	}

	private static String read(String file) {
		try {
			return new ClassPathResource(file, Mutation.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(file, ex);
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
