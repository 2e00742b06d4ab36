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

import java.util.UUID;

/**
 * An image that is ready to be made smaller: what each step of an upload hands to the
 * next.
 *
 * @param id the image's id
 * @param format its format
 * @param name the name its file had
 */
record PreparedImage(UUID id, ImageFormat format, String name) {

}
