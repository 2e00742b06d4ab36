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

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the sample.
 *
 * @param smtpPort port of the mail server inside the web process
 * @param embeddedRedis the Redis that is used when {@code spring.data.redis.*} names none
 * @param cleanup the clean-up
 * @param images the images
 */
@ConfigurationProperties("sample")
public record SampleProperties(int smtpPort, EmbeddedRedis embeddedRedis, Cleanup cleanup, Images images) {

	/**
	 * The embedded Redis.
	 *
	 * @param start whether to start it, rather than to join the one of another process
	 * @param port its port
	 */
	public record EmbeddedRedis(boolean start, int port) {

	}

	/**
	 * The clean-up.
	 *
	 * @param keepUnverified how long a sign-up is kept that is not verified
	 */
	public record Cleanup(Duration keepUnverified) {

	}

	/**
	 * The images.
	 *
	 * @param directory where they are kept, the same in all processes
	 */
	public record Images(Path directory) {

	}

}
