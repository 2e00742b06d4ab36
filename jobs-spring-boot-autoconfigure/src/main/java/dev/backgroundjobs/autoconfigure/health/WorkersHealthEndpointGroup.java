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

package dev.backgroundjobs.autoconfigure.health;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backgroundjobs.actuate.BackgroundJobsHealthIndicator;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Status;

/**
 * The group {@code workers}: shows details to whom the application shows them, and
 * answers 503 for every finding.
 */
final class WorkersHealthEndpointGroup implements HealthEndpointGroup {

	private static final int SERVICE_UNAVAILABLE = 503;

	private static final List<String> FINDINGS = Stream
		.of(Status.DOWN, Status.OUT_OF_SERVICE, BackgroundJobsHealthIndicator.NO_WORKERS,
				BackgroundJobsHealthIndicator.UNSAFE, BackgroundJobsHealthIndicator.BACKLOG,
				BackgroundJobsHealthIndicator.FAILING)
		.map(Status::getCode)
		.toList();

	private static final StatusAggregator AGGREGATOR = StatusAggregator
		.of(Stream.concat(FINDINGS.stream(), Stream.of(Status.UP.getCode(), Status.UNKNOWN.getCode()))
			.toArray(String[]::new));

	private static final HttpCodeStatusMapper CODES = HttpCodeStatusMapper
		.of(FINDINGS.stream().collect(Collectors.toMap(Function.identity(), (status) -> SERVICE_UNAVAILABLE)));

	private final HealthEndpointGroup primary;

	WorkersHealthEndpointGroup(HealthEndpointGroup primary) {
		this.primary = primary;
	}

	@Override
	public boolean isMember(String name) {
		return name.equals("backgroundJobs");
	}

	@Override
	public boolean showComponents(SecurityContext securityContext) {
		return this.primary.showComponents(securityContext);
	}

	@Override
	public boolean showDetails(SecurityContext securityContext) {
		return this.primary.showDetails(securityContext);
	}

	@Override
	public StatusAggregator getStatusAggregator() {
		return AGGREGATOR;
	}

	@Override
	public HttpCodeStatusMapper getHttpCodeStatusMapper() {
		return CODES;
	}

	@Override
	public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
		return null;
	}

}
