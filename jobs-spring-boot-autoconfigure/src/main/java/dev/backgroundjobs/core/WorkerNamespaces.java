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

import java.util.Set;

/**
 * Where jobs wait and where workers are.
 *
 * @param own the namespace of this process
 * @param others other namespaces that had workers lately
 */
public record WorkerNamespaces(String own, Set<String> others) {

	/**
	 * What is wrong when jobs wait and the own namespace has no worker.
	 * @return the words for log and health
	 */
	public String diagnosis() {
		return "jobs wait in '" + this.own + "', " + (this.others.isEmpty() ? "and no worker serves it: start one"
				: "workers serve '" + String.join("', '", this.others) + "': set background-jobs.namespace in both");
	}

}
