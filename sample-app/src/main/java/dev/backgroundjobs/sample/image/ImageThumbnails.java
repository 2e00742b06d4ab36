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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.NonRetryableJobException;
import net.coobird.thumbnailator.Thumbnails;

import org.springframework.stereotype.Service;

/**
 * Makes of an image what is shown of it, in the background. Its jobs keep a processor
 * busy, so they have a queue of their own with few threads: mails do not wait behind
 * them. They carry the image's id, not its content. A directory that is full or away is
 * tried again; an image that is broken is not. Should a job run twice, the second file
 * takes the place of the first, which is the same.
 */
@Service
public class ImageThumbnails {

	private static final int LARGEST = 640;

	private final ImageFiles files;

	ImageThumbnails(ImageFiles files) {
		this.files = files;
	}

	/**
	 * Make a JPEG of an image, as large as a page shows it.
	 * @param image the image's id
	 * @return the job, whose result is what it has made
	 */
	@BackgroundJob(queue = "thumbnails", timeout = "30s")
	@JobRetry(maxRetries = 3, delay = "2s")
	public JobHandle<MadeFile> transcode(UUID image) {
		byte[] transcoded = scaled(this.files.original(image), ImageFormat.JPEG, LARGEST);
		this.files.addTranscoded(image, transcoded);
		return JobHandle.completed(new MadeFile(LARGEST, transcoded.length));
	}

	/**
	 * Make a thumbnail.
	 * @param image the image's id
	 * @param format the image's format
	 * @param size the thumbnail's size
	 * @return the job, whose result is what it has made
	 */
	@BackgroundJob(queue = "thumbnails", timeout = "30s")
	@JobRetry(maxRetries = 3, delay = "2s")
	public JobHandle<MadeFile> make(UUID image, ImageFormat format, ThumbnailSize size) {
		byte[] thumbnail = scaled(this.files.original(image), format, size.pixels());
		this.files.addThumbnail(image, size, thumbnail);
		return JobHandle.completed(new MadeFile(size.pixels(), thumbnail.length));
	}

	/**
	 * Show an image to everybody.
	 * @param image the image's id
	 * @param name the name its file had
	 * @param made all that was made of it
	 * @return the job, whose result is the image
	 */
	@BackgroundJob(queue = "thumbnails", timeout = "30s")
	@JobRetry(maxRetries = 3, delay = "2s")
	public JobHandle<PublishedImage> publish(UUID image, String name, List<MadeFile> made) {
		this.files.publish(image);
		return JobHandle
			.completed(new PublishedImage(name, made.size(), made.stream().mapToInt((file) -> file.bytes()).sum()));
	}

	private static byte[] scaled(byte[] original, ImageFormat format, int pixels) {
		ByteArrayOutputStream thumbnail = new ByteArrayOutputStream();
		try {
			Thumbnails.of(new ByteArrayInputStream(original))
				.size(pixels, pixels)
				.outputFormat(format.name())
				.outputQuality(0.85)
				.toOutputStream(thumbnail);
		}
		catch (IOException | RuntimeException ex) {
			// all is in memory, so it is the image's fault
			throw new NonRetryableJobException("The image is broken: " + ex.getMessage(), ex);
		}
		return thumbnail.toByteArray();
	}

}
