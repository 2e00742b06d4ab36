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

import org.jspecify.annotations.Nullable;

/**
 * Records of unique jobs. A lock is F, S or T, and the key.
 */
final class UniqueRecord {

	private static final int UNIQUE = 4;

	private UniqueRecord() {
	}

	/**
	 * A record with a lock.
	 */
	static String of(String record, String lock) {
		int at = TestQueue.expires(record) ? 9 : 3;
		return record.substring(0, 2) + (char) (record.charAt(2) | UNIQUE) + record.substring(3, at)
				+ (char) lock.length() + lock + record.substring(at);
	}

	/**
	 * The lock of a record, as a producer sends it; {@code null} if it has none.
	 */
	static @Nullable String lock(String record) {
		return lock(record, 3);
	}

	/**
	 * The same of a record that is stored.
	 */
	static @Nullable String storedLock(String record) {
		return lock(record, 15);
	}

	private static @Nullable String lock(String record, int first) {
		if (record.length() < first || (record.charAt(2) & UNIQUE) == 0) {
			return null;
		}
		int at = TestQueue.expires(record) ? first + 6 : first;
		return record.substring(at + 1, at + 1 + record.charAt(at));
	}

	/**
	 * Complete a job that is not kept: if it is unique, its record says which lock is
	 * free.
	 */
	static String[] complete(String id, String token, String record) {
		return new String[] { id, token, "C", "0", (storedLock(record) != null) ? record : "" };
	}

}
