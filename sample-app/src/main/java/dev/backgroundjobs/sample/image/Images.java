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

package dev.backgroundjobs.sample.image;

import java.util.List;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * The latest images that were uploaded. An image makes room for a newer one.
 */
@Component
final class Images {

	private static final int LATEST = 12;

	private final StringRedisTemplate redis;

	private final JsonMapper mapper;

	private final ImageFiles files;

	private final String key;

	Images(StringRedisTemplate redis, JsonMapper mapper, ImageFiles files,
			@Value("${spring.application.name}") String application) {
		this.redis = redis;
		this.mapper = mapper;
		this.files = files;
		this.key = application + ":images";
	}

	void add(UploadedImage image) {
		Long kept = this.redis.opsForList().leftPush(this.key, this.mapper.writeValueAsString(image));
		if (kept != null && kept > LATEST) {
			String oldest = this.redis.opsForList().rightPop(this.key);
			if (oldest != null) {
				this.files.delete(image(oldest).id());
			}
		}
	}

	/**
	 * The latest images.
	 * @return the images, newest first
	 */
	List<UploadedImage> latest() {
		return this.redis.opsForList().range(this.key, 0, LATEST - 1).stream().map(this::image).toList();
	}

	private UploadedImage image(String json) {
		return this.mapper.readValue(json, UploadedImage.class);
	}

}
