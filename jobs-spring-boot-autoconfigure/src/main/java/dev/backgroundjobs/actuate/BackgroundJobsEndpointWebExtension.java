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

import dev.backgroundjobs.JobException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.dao.DataAccessException;

/**
 * The endpoint over HTTP: what cannot be understood is 400, what does not exist 404, a
 * change that a job's state forbids is 409, Redis away is 503, each with a text;
 * arguments and messages of exceptions are shown to whom they may be shown.
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
	 * All things of a kind; see {@link BackgroundJobsEndpoint#list}.
	 * @param kind the kind
	 * @param limit how many at most
	 * @param cursor of the page before
	 * @return a page of them
	 */
	@ReadOperation
	public WebEndpointResponse<Object> list(@Selector String kind, @Nullable String limit, @Nullable String cursor) {
		return answer(() -> new WebEndpointResponse<>(this.delegate.list(kind, limit, cursor)));
	}

	/**
	 * One thing; see {@link BackgroundJobsEndpoint#read}.
	 * @param securityContext who asks
	 * @param kind its kind
	 * @param name its name
	 * @param limit how many entries of it at most
	 * @param cursor of the page before
	 * @return its description
	 */
	@ReadOperation
	public WebEndpointResponse<Object> read(SecurityContext securityContext, @Selector String kind,
			@Selector String name, @Nullable String limit, @Nullable String cursor) {
		return answer(() -> {
			Object found = this.delegate.read(kind, name, Page.of(limit, cursor),
					this.showValues.isShown(securityContext, this.roles));
			return (found != null) ? new WebEndpointResponse<>(found) : notFound(kind, name);
		});
	}

	/**
	 * Change the state of a thing; see {@link BackgroundJobsEndpoint#write}.
	 * @param kind its kind
	 * @param name its name
	 * @param state the wanted state
	 * @param jobName only jobs of this name
	 * @param max how many at most
	 * @param cursor where the request before ended
	 * @return what came of it
	 */
	@WriteOperation
	public WebEndpointResponse<Object> write(@Selector String kind, @Selector String name, String state,
			@Nullable String jobName, @Nullable String max, @Nullable String cursor) {
		return changed(kind, name, () -> this.delegate.write(kind, name, state, jobName, max, cursor));
	}

	/**
	 * Delete a thing; see {@link BackgroundJobsEndpoint#delete}.
	 * @param kind its kind
	 * @param name its name
	 * @param jobName only jobs of this name
	 * @param max how many at most
	 * @param cursor where the request before ended
	 * @return what came of it
	 */
	@DeleteOperation
	public WebEndpointResponse<Object> delete(@Selector String kind, @Selector String name, @Nullable String jobName,
			@Nullable String max, @Nullable String cursor) {
		return changed(kind, name, () -> this.delegate.delete(kind, name, jobName, max, cursor));
	}

	private static WebEndpointResponse<Object> changed(String kind, String name, Supplier<ChangeDescriptor> request) {
		return answer(() -> {
			ChangeDescriptor change = request.get();
			if (!change.known()) {
				return notFound(kind, name);
			}
			return change.done() ? new WebEndpointResponse<>(change) : new WebEndpointResponse<>(change, CONFLICT);
		});
	}

	private static WebEndpointResponse<Object> answer(Supplier<WebEndpointResponse<Object>> answer) {
		try {
			return answer.get();
		}
		catch (InvalidEndpointRequestException ex) {
			return new WebEndpointResponse<>(Map.of("message", String.valueOf(ex.getReason())),
					WebEndpointResponse.STATUS_BAD_REQUEST);
		}
		catch (JobException ex) {
			// a queue that is full, for example
			return new WebEndpointResponse<>(Map.of("message", String.valueOf(ex.getMessage())), CONFLICT);
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
