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

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.sample.job.SubmittedJobs;

import org.springframework.core.io.FileSystemResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/**
 * Takes images, answers at once, and shows their thumbnails as they are made.
 */
@RestController
final class ImageController {

	private final ImageFiles files;

	private final Images images;

	private final ImageThumbnails thumbnails;

	private final ImageNotices notices;

	private final JobClient client;

	private final SubmittedJobs submitted;

	ImageController(ImageFiles files, Images images, ImageThumbnails thumbnails, ImageNotices notices, JobClient client,
			SubmittedJobs submitted) {
		this.files = files;
		this.images = images;
		this.thumbnails = thumbnails;
		this.notices = notices;
		this.client = client;
		this.submitted = submitted;
	}

	@PostMapping(path = "/api/images", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	UploadedImage upload(@RequestParam MultipartFile file) throws IOException {
		byte[] content = file.getBytes();
		ImageFormat format = ImageFormat.of(content);
		UUID id = UUID.randomUUID();
		String name = nameOf(file);
		// the jobs may start before the next line
		this.files.addOriginal(id, content);
		List<JobHandle<?>> steps = this.client.chain(() -> this.thumbnails.prepare(id, format, name))
			.then((PreparedImage image) -> this.thumbnails.make(image, ThumbnailSize.SMALL))
			.then((PreparedImage image) -> this.thumbnails.make(image, ThumbnailSize.MEDIUM))
			.then((PreparedImage image) -> this.thumbnails.make(image, ThumbnailSize.LARGE))
			.then((PreparedImage image) -> this.notices.send(image))
			.enqueue()
			.steps();
		UploadedImage image = new UploadedImage(id, name, format, Instant.now(), thumbnails(steps),
				steps.stream().map((step) -> step.id()).toList());
		// the page shows the latest first
		this.submitted.add(steps.get(steps.size() - 1), "Mail that " + name + " is ready");
		for (ThumbnailSize size : List.of(ThumbnailSize.LARGE, ThumbnailSize.MEDIUM, ThumbnailSize.SMALL)) {
			this.submitted.add(steps.get(1 + size.ordinal()),
					"Thumbnail of " + name + ", " + size.pixels() + " pixels");
		}
		this.submitted.add(steps.get(0), "Preparation of " + name);
		this.images.add(image);
		return image;
	}

	private static Map<ThumbnailSize, String> thumbnails(List<JobHandle<?>> steps) {
		Map<ThumbnailSize, String> ids = new EnumMap<>(ThumbnailSize.class);
		for (ThumbnailSize size : ThumbnailSize.values()) {
			ids.put(size, steps.get(1 + size.ordinal()).id());
		}
		return ids;
	}

	private static String nameOf(MultipartFile file) {
		String name = StringUtils.getFilename(StringUtils.cleanPath(String.valueOf(file.getOriginalFilename())));
		return StringUtils.hasText(name) ? StringUtils.truncate(name, 60) : "image";
	}

	@GetMapping("/api/images")
	List<ShownImage> latest() {
		return this.images.latest().stream().map(this::shown).toList();
	}

	private ShownImage shown(UploadedImage image) {
		return new ShownImage(image.id(), image.name(), image.uploadedAt(), image.steps(),
				image.jobs().entrySet().stream().map((job) -> shown(image, job.getKey(), job.getValue())).toList());
	}

	private ShownThumbnail shown(UploadedImage image, ThumbnailSize size, String job) {
		boolean ready = this.files.hasThumbnail(image.id(), size);
		return new ShownThumbnail(size.pixels(), job, ready ? "api/images/" + image.id() + "/" + size : "");
	}

	@GetMapping("/api/images/{id}/{size}")
	ResponseEntity<FileSystemResource> thumbnail(@PathVariable UUID id, @PathVariable ThumbnailSize size) {
		ImageFormat format = this.images.latest()
			.stream()
			.filter((image) -> image.id().equals(id))
			.findFirst()
			.map(UploadedImage::format)
			.orElse(null);
		if (format == null || !this.files.hasThumbnail(id, size)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such thumbnail");
		}
		return ResponseEntity.ok()
			.contentType(format.mediaType())
			.cacheControl(CacheControl.maxAge(Duration.ofHours(1)))
			.body(new FileSystemResource(this.files.thumbnail(id, size)));
	}

	@ExceptionHandler
	ProblemDetail unsuitable(UnsuitableImageException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.UNSUPPORTED_MEDIA_TYPE, ex.getMessage());
	}

	/**
	 * An image as the page shows it.
	 *
	 * @param id its id
	 * @param name the name its file had
	 * @param uploadedAt when it was uploaded
	 * @param steps the jobs of its upload, in their order
	 * @param thumbnails its thumbnails, smallest first
	 */
	record ShownImage(UUID id, String name, Instant uploadedAt, List<String> steps, List<ShownThumbnail> thumbnails) {

	}

	/**
	 * A thumbnail as the page shows it.
	 *
	 * @param pixels its longer side
	 * @param jobId the job that makes it
	 * @param url where it is, or an empty text while it is not made
	 */
	record ShownThumbnail(int pixels, String jobId, String url) {

	}

}
