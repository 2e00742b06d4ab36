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

import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.dao.DataAccessException;

/**
 * The endpoint over HTTP: what does not exist is 404, a change that a job's state forbids
 * is 409, Redis away is 503, each with a text; messages of exceptions are shown to whom
 * they may be shown.
 */
@EndpointWebExtension(endpoint = BackgroundJobsEndpoint.class)
public final class BackgroundJobsEndpointWebExtension {

	private static final int CONFLICT = 409;

	private final BackgroundJobsEndpoint delegate;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Create an extension.
	 * @param delegate the endpoint
	 * @param showValues when to show messages of exceptions
	 * @param roles to whom
	 */
	public BackgroundJobsEndpointWebExtension(BackgroundJobsEndpoint delegate, Show showValues, Set<String> roles) {
		this.delegate = delegate;
		this.showValues = showValues;
		this.roles = roles;
	}

	/**
	 * All queues in short; see {@link BackgroundJobsEndpoint#overview}.
	 * @return the overview
	 */
	@ReadOperation
	public WebEndpointResponse<Object> overview() {
		return answer(() -> new WebEndpointResponse<>(this.delegate.overview()));
	}

	/**
	 * One thing; see {@link BackgroundJobsEndpoint#read}.
	 * @param securityContext who asks
	 * @param kind its kind
	 * @param name its name
	 * @return its description
	 */
	@ReadOperation
	public WebEndpointResponse<Object> read(SecurityContext securityContext, @Selector String kind,
			@Selector String name) {
		return answer(() -> {
			Object found = this.delegate.read(kind, name, this.showValues.isShown(securityContext, this.roles));
			return (found != null) ? new WebEndpointResponse<>(found) : notFound(kind, name);
		});
	}

	/**
	 * Change the state of a job; see {@link BackgroundJobsEndpoint#write}.
	 * @param kind its kind
	 * @param name its name
	 * @param state the wanted state
	 * @return what came of it
	 */
	@WriteOperation
	public WebEndpointResponse<Object> write(@Selector String kind, @Selector String name, String state) {
		return answer(() -> {
			ChangeDescriptor change = this.delegate.write(kind, name, state);
			if (change.changed()) {
				return new WebEndpointResponse<>(change);
			}
			return (change.state() != null) ? new WebEndpointResponse<>(change, CONFLICT) : notFound(kind, name);
		});
	}

	private static WebEndpointResponse<Object> answer(Supplier<WebEndpointResponse<Object>> answer) {
		try {
			return answer.get();
		}
		catch (DataAccessException ex) {
			return new WebEndpointResponse<>(Map.of("message", String.valueOf(ex.getMessage())),
					WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private static WebEndpointResponse<Object> notFound(String kind, String name) {
		return new WebEndpointResponse<>(Map.of("message", "There is nothing named '" + name + "' in " + kind),
				WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
