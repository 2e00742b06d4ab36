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

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What servers of several versions say of a missing permission, and the line that gives
 * it.
 */
class MissingPermissionTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';', textBlock = """
			NOPERM this user has no permissions to run the 'evalsha' command or its subcommand ; <user> +evalsha
			NOPERM this user has no permissions to run the 'script|load' command               ; <user> +script|load
			NOPERM User jobs has no permissions to run the 'hset' command script: 1b20, on @user_script:12. ; jobs +hset
			NOPERM this user has no permissions to access one of the keys used as arguments    ; <user> ~bj:*
			NOPERM User jobs has no permissions to access the 'bj:{shop.mail}:m' key           ; jobs ~bj:*
			NOPERM this user has no permissions to access one of the channels used as arguments; <user> &bj:*
			""")
	void lineToPasteNamesWhatIsMissing(String reply, String line) {
		assertThat(MissingPermission.cure(reply)).startsWith("ACL SETUSER " + line + ", docs/operations.md");
	}

	@Test
	void commandOfAScriptIsFoundByTheLineThatWasRefused() {
		String[] lines = new String(RedisScript.ENQUEUE.source()).split("\n");
		int line = IntStream.range(0, lines.length)
			.filter((k) -> lines[k].contains("'LPUSH' or 'RPUSH'"))
			.findFirst()
			.orElseThrow() + 1;
		assertThat(MissingPermission.cure("ERR The user executing the script can't run this command or subcommand "
				+ "script: " + RedisScript.ENQUEUE.sha() + ", on @user_script:" + line + "."))
			.startsWith("ACL SETUSER <user> +lpush +rpush, docs");
		assertThat(MissingPermission.cure("ERR Error running script (call to f_" + RedisScript.ENQUEUE.sha()
				+ "): @user_script:" + line + ": @user_script: " + line
				+ ": The user executing the script can't run this command or subcommand"))
			.startsWith("ACL SETUSER <user> +lpush +rpush, docs");
	}

	@Test
	void withoutAnyHintThePageThatListsThemIsNamed() {
		assertThat(MissingPermission.cure("NOPERM")).isEqualTo("give it those that docs/operations.md lists");
	}

}
