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

/**
 * What comes of something about the store that endangers jobs.
 */
public enum PreflightMode {

	/**
	 * A warning in the log. What makes jobs impossible stops the start.
	 */
	WARN,

	/**
	 * Anything stops the start, also that the store could not be looked at.
	 */
	FAIL,

	/**
	 * Nobody looks.
	 */
	OFF

}
