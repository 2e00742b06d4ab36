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
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

import org.springframework.http.MediaType;

/**
 * The formats that are taken. A thumbnail has the format of its image.
 */
enum ImageFormat {

	PNG(MediaType.IMAGE_PNG), JPEG(MediaType.IMAGE_JPEG);

	private static final long MOST_PIXELS = 40_000_000;

	private final MediaType mediaType;

	ImageFormat(MediaType mediaType) {
		this.mediaType = mediaType;
	}

	MediaType mediaType() {
		return this.mediaType;
	}

	/**
	 * Find out the format from the beginning of the content, whatever its name says.
	 * Whether the rest can be read is for the jobs to find out.
	 * @param content the content
	 * @return the format
	 * @throws UnsuitableImageException if it is none of these formats, or would take too
	 * much memory
	 */
	static ImageFormat of(byte[] content) {
		try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
			Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
			if (readers.hasNext()) {
				return of(readers.next(), input);
			}
		}
		catch (IOException ex) {
			// the answer below says what the caller can use
		}
		throw new UnsuitableImageException("'file' must be a PNG or JPEG image");
	}

	private static ImageFormat of(ImageReader reader, ImageInputStream input) throws IOException {
		try {
			reader.setInput(input);
			String name = reader.getFormatName().toUpperCase(Locale.ROOT);
			if (!name.equals(PNG.name()) && !name.equals(JPEG.name())) {
				throw new UnsuitableImageException("'file' must be a PNG or JPEG image, not " + name);
			}
			// a small file can unpack to gigabytes
			if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
				throw new UnsuitableImageException("'file' must have 40 megapixels at most");
			}
			return valueOf(name);
		}
		finally {
			reader.dispose();
		}
	}

}
