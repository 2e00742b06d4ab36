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

package dev.backgroundjobs.actuate;

import org.jspecify.annotations.Nullable;

/**
 * What came of a change of a job.
 *
 * @param id the job
 * @param changed whether this call changed it
 * @param state its state now, or {@code null} if there is no such job (any more)
 */
record JobChange(String id, boolean changed, @Nullable String state) implements ChangeDescriptor {

	@Override
	public boolean known() {
		return this.changed || this.state != null;
	}

	@Override
	public boolean done() {
		return this.changed;
	}

}
