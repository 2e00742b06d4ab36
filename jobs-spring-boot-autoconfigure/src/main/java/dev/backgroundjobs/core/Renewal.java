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

package dev.backgroundjobs.core;

import java.util.Map;
import java.util.Set;

/**
 * The store's answer to a renewal.
 *
 * @param lost the tokens whose lease is lost for good
 * @param cancelled jobs of the others that somebody has cancelled: local ids by token
 */
public record Renewal(Set<String> lost, Map<String, Set<String>> cancelled) {

	public Renewal(Set<String> lost) {
		this(lost, Map.of());
	}

}
