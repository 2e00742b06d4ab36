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

import org.jspecify.annotations.Nullable;

/**
 * What one step through the dead letters of a queue has done.
 *
 * @param examined how many were looked at
 * @param changed how many of them were changed
 * @param cursor where the next step begins, or {@code null} if none are left
 */
public record DeadStep(int examined, int changed, @Nullable String cursor) {

	/**
	 * The most dead letters that one step looks at.
	 */
	public static final int MOST = 500;

}
