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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.core.io.ClassPathResource;

/**
 * The source of a script. Redis knows no modules, so it is put together here: a file may
 * begin with <code>-- @include a, b</code>; these files, and what they include, stand
 * before it, each of them once.
 */
final class ScriptSource {

	private static final Pattern INCLUDE = Pattern.compile("\\A-- @include (.+)\n");

	private final Map<String, String> files = new LinkedHashMap<>();

	private ScriptSource() {
	}

	static String of(String file) {
		ScriptSource source = new ScriptSource();
		source.add(file);
		return String.join("", source.files.values());
	}

	private void add(String file) {
		if (this.files.containsKey(file)) {
			return;
		}
		String content = read(file);
		Matcher include = INCLUDE.matcher(content);
		if (include.find()) {
			for (String included : include.group(1).split(", ")) {
				add("include/" + included + ".lua");
			}
		}
		this.files.put(file, content);
	}

	private static String read(String file) {
		try {
			return new ClassPathResource(file, ScriptSource.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(file, ex);
		}
	}

}
