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

package dev.backgroundjobs.sample;

import java.time.Duration;

import com.jayway.jsonpath.JsonPath;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponseAssert;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample, seen over HTTP.
 */
final class SampleHttp {

	private final RestTestClient client;

	SampleHttp(int port) {
		this.client = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
	}

	RestTestClientResponse get(String uri) {
		return RestTestClientResponse.from(this.client.get().uri(uri).exchange());
	}

	RestTestClientResponse post(String uri, String json) {
		return RestTestClientResponse
			.from(this.client.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(json).exchange());
	}

	RestTestClientResponse post(String uri) {
		return RestTestClientResponse.from(this.client.post().uri(uri).exchange());
	}

	RestTestClientResponse deliver(String idempotencyKey, String json) {
		return RestTestClientResponse.from(this.client.post()
			.uri("/partner/orders")
			.header("Idempotency-Key", idempotencyKey)
			.contentType(MediaType.APPLICATION_JSON)
			.body(json)
			.exchange());
	}

	RestTestClientResponse charge(String idempotencyKey, int attempt, String order) {
		return RestTestClientResponse.from(this.client.post()
			.uri("/card-company/charges")
			.header("Idempotency-Key", idempotencyKey)
			.header("Attempt", String.valueOf(attempt))
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"order\": \"" + order + "\", \"cents\": 4900}")
			.exchange());
	}

	RestTestClientResponse upload(String fileName, byte[] content) {
		MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
		parts.add("file", new ByteArrayResource(content) {

			@Override
			public String getFilename() {
				return fileName;
			}

		});
		return RestTestClientResponse.from(this.client.post().uri("/api/images").body(parts).exchange());
	}

	/**
	 * Post what becomes a job.
	 * @param uri where to
	 * @param json what
	 * @return the job's id
	 */
	String accepted(String uri, String json) {
		RestTestClientResponse response = post(uri, json);
		assertThat(response).hasStatus(202);
		String id = read(response, "$.jobId");
		assertThat(response).hasHeader(HttpHeaders.LOCATION, "/api/jobs/" + id);
		return id;
	}

	RestTestClientResponseAssert job(String id) {
		return assertThat(get("/api/jobs/" + id));
	}

	void awaitState(String id, String state) {
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> job(id).bodyJson().extractingPath("$.state").isEqualTo(state));
	}

	<T> T read(String uri, String path) {
		return read(get(uri), path);
	}

	static <T> T read(RestTestClientResponse response, String path) {
		return JsonPath.read(new String(response.getExchangeResult().getResponseBodyContent()), path);
	}

}
