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

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An image that was uploaded.
 *
 * @param id its id
 * @param name the name its file had
 * @param format its format
 * @param uploadedAt when it was uploaded
 * @param jobs the ids of the jobs that make its thumbnails
 * @param steps the ids of all jobs of its upload, in their order
 */
record UploadedImage(UUID id, String name, ImageFormat format, Instant uploadedAt, Map<ThumbnailSize, String> jobs,
		List<String> steps) {

}
