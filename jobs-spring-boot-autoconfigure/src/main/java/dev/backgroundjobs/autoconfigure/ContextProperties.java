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

import java.util.ArrayList;
import java.util.List;

/**
 * Properties of what goes with jobs from their callers to their attempts.
 */
public class ContextProperties {

	/**
	 * Entries of the log's context (MDC) that go with a job from its caller to its
	 * attempts. The processes that enqueue and those that work name the same ones.
	 */
	private List<String> mdc = new ArrayList<>();

	/**
	 * Whether a job runs as the user who called it. Needs Spring Security. Only the
	 * user's name travels; authorities are asked of the application's UserDetailsService.
	 */
	private boolean security;

	public List<String> getMdc() {
		return this.mdc;
	}

	public void setMdc(List<String> mdc) {
		this.mdc = mdc;
	}

	public boolean isSecurity() {
		return this.security;
	}

	public void setSecurity(boolean security) {
		this.security = security;
	}

}
