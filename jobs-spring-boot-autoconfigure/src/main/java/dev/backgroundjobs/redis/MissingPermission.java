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

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what to give a Redis user that lacks a permission, as a line to paste. Of a script
 * older servers tell only the line that was refused.
 */
final class MissingPermission {

	private static final Pattern COMMAND = Pattern.compile("to run the '([^']+)' command");

	private static final Pattern USER = Pattern.compile("User (\\S+) has no permissions");

	private static final Pattern SCRIPT = Pattern.compile("(?:f_|script: )([0-9a-f]{40})");

	private static final Pattern LINE = Pattern.compile("@user_script: ?(\\d+)");

	private static final Pattern CALL = Pattern.compile("redis\\.p?call\\(([^,)]*)");

	private static final Pattern NAME = Pattern.compile("'([A-Z]+)'");

	private MissingPermission() {
	}

	/**
	 * Say what helps.
	 * @param reply what Redis said
	 * @return a clause
	 */
	static String cure(String reply) {
		String rules = rules(reply);
		Matcher user = USER.matcher(reply);
		return rules.isEmpty() ? "give it those that docs/operations.md lists" : "ACL SETUSER "
				+ (user.find() ? user.group(1) : "<user>") + rules + ", docs/operations.md lists all it needs";
	}

	private static String rules(String reply) {
		Matcher command = COMMAND.matcher(reply);
		if (command.find()) {
			return " +" + command.group(1);
		}
		Matcher script = SCRIPT.matcher(reply);
		Matcher line = LINE.matcher(reply);
		if (script.find() && line.find()) {
			return commands(script.group(1), Integer.parseInt(line.group(1)));
		}
		if (reply.contains("channel")) {
			return " &bj:*";
		}
		return reply.contains("key") ? " ~bj:*" : "";
	}

	private static String commands(String sha, int line) {
		StringBuilder rules = new StringBuilder();
		Arrays.stream(RedisScript.values())
			.filter((script) -> script.sha().equals(sha))
			.flatMap((script) -> calls(script.line(line)).stream())
			.distinct()
			.forEach((command) -> rules.append(" +").append(command.toLowerCase(Locale.ROOT)));
		return rules.toString();
	}

	private static List<String> calls(String line) {
		return CALL.matcher(line)
			.results()
			.flatMap((call) -> NAME.matcher(call.group(1)).results())
			.map((name) -> name.group(1))
			.toList();
	}

}
