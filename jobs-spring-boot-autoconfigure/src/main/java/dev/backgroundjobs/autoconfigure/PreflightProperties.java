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

import dev.backgroundjobs.core.PreflightMode;

/**
 * Looking at Redis at the start.
 */
public class PreflightProperties {

	/**
	 * What comes of a Redis that endangers jobs, by its eviction policy, persistence,
	 * clock or permissions: a warning, or no start.
	 */
	private PreflightMode mode = PreflightMode.WARN;

	public PreflightMode getMode() {
		return this.mode;
	}

	public void setMode(PreflightMode mode) {
		this.mode = mode;
	}

}
