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
import java.util.UUID;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;
import dev.backgroundjobs.NonRetryableJobException;
import net.coobird.thumbnailator.Thumbnails;

import org.springframework.stereotype.Service;

/**
 * Makes thumbnails, in the background. Its jobs keep a processor busy, so they have a
 * queue of their own with few threads: mails do not wait behind them.
 */
@Service
public class ImageThumbnails {

	private static final int LARGEST = 640;

	private final ImageFiles files;

	ImageThumbnails(ImageFiles files) {
		this.files = files;
	}

	/**
	 * Make an image as large as it is needed, so that its thumbnails are made faster. The
	 * job carries the image's id, not its content. A directory that is full or away is
	 * tried again; an image that is broken is not.
	 * @param image the image's id
	 * @param format the image's format
	 * @param name the name its file had
	 * @return the job
	 */
	@BackgroundJob(queue = "thumbnails", timeout = "30s")
	@JobRetry(maxRetries = 3, delay = "2s")
	public JobHandle<PreparedImage> prepare(UUID image, ImageFormat format, String name) {
		this.files.addPrepared(image, scaled(this.files.original(image), format, LARGEST));
		return JobHandle.completed(new PreparedImage(image, format, name));
	}

	/**
	 * Make a thumbnail. Should the job run twice, the second thumbnail takes the place of
	 * the first, which is the same.
	 * @param image the image
	 * @param size the thumbnail's size
	 * @return the job, whose result is the image
	 */
	@BackgroundJob(queue = "thumbnails", timeout = "30s")
	@JobRetry(maxRetries = 3, delay = "2s")
	public JobHandle<PreparedImage> make(PreparedImage image, ThumbnailSize size) {
		this.files.addThumbnail(image.id(), size,
				scaled(this.files.prepared(image.id()), image.format(), size.pixels()));
		return JobHandle.completed(image);
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
