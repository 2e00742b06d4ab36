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

import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.sample.redis.EmbeddedRedis;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says what to open and how to start another worker.
 */
@Component
final class StartupGreeting {

	private static final Logger logger = LoggerFactory.getLogger(StartupGreeting.class);

	private final Environment environment;

	private final SampleProperties properties;

	private final ObjectProvider<EmbeddedRedis> embeddedRedis;

	StartupGreeting(Environment environment, SampleProperties properties, ObjectProvider<EmbeddedRedis> embeddedRedis) {
		this.environment = environment;
		this.properties = properties;
		this.embeddedRedis = embeddedRedis;
	}

	@EventListener(ApplicationReadyEvent.class)
	void greet() {
		String port = this.environment.getProperty("local.server.port");
		logger.info((port != null) ? webGreeting(port) : "The jobs sample runs jobs until it is stopped (Ctrl+C).");
	}

	private String webGreeting(String port) {
		boolean worker = this.environment.getProperty("background-jobs.worker.enabled", Boolean.class, true);
		EmbeddedRedis redis = this.embeddedRedis.getIfAvailable();
		return """
				The jobs sample is up.

				    Open                %1$s
				    Health of workers   %1$s/actuator/health/workers
				    Queues              %1$s/actuator/backgroundjobs/queues

				%2$s, in another terminal%3$s:

				    mvn -pl sample-app -am spring-boot:run -Dspring-boot.run.profiles=worker%4$s
				""".formatted("http://localhost:" + port,
				worker ? "To run jobs in a second process too" : "This process only enqueues. To run the jobs",
				(redis != null) ? "" : " and with the same spring.data.redis.* settings", workerArguments(port, redis));
	}

	private String workerArguments(String port, @Nullable EmbeddedRedis redis) {
		List<String> arguments = new ArrayList<>();
		if (redis != null) {
			arguments.add("--spring.data.redis.port=" + redis.port());
		}
		if (!port.equals("8080")) {
			arguments.add("--server.port=" + port);
		}
		if (this.properties.smtpPort() != 3025) {
			arguments.add("--sample.smtp-port=" + this.properties.smtpPort());
		}
		return arguments.isEmpty() ? "" : " -Dspring-boot.run.arguments=\"" + String.join(" ", arguments) + "\"";
	}

}
