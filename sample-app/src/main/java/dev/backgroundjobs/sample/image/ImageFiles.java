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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

import dev.backgroundjobs.sample.SampleProperties;

import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Images and their thumbnails, in a directory that web and worker share, as they would
 * share a bucket.
 */
@Component
final class ImageFiles {

	private static final String ORIGINAL = "original";

	private static final String PREPARED = "prepared";

	private final Path directory;

	ImageFiles(SampleProperties properties) {
		this.directory = properties.images().directory().toAbsolutePath();
	}

	void addOriginal(UUID image, byte[] content) {
		write(image, ORIGINAL, content);
	}

	/**
	 * Read an image.
	 * @param image its id
	 * @return its content
	 */
	byte[] original(UUID image) {
		return read(image, ORIGINAL);
	}

	void addPrepared(UUID image, byte[] content) {
		write(image, PREPARED, content);
	}

	byte[] prepared(UUID image) {
		return read(image, PREPARED);
	}

	private byte[] read(UUID image, String name) {
		try {
			return Files.readAllBytes(path(image, name));
		}
		catch (NoSuchFileException ex) {
			throw new UncheckedIOException("There is no image " + image + " in " + this.directory
					+ ": web and worker need the same sample.images.directory", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Image " + image + " cannot be read from " + this.directory, ex);
		}
	}

	/**
	 * Add a thumbnail, or put it in the place of the same one.
	 * @param image the image's id
	 * @param size the thumbnail's size
	 * @param content its content
	 */
	void addThumbnail(UUID image, ThumbnailSize size, byte[] content) {
		write(image, size.fileName(), content);
	}

	boolean hasThumbnail(UUID image, ThumbnailSize size) {
		return Files.exists(thumbnail(image, size));
	}

	Path thumbnail(UUID image, ThumbnailSize size) {
		return path(image, size.fileName());
	}

	void delete(UUID image) {
		try {
			FileSystemUtils.deleteRecursively(this.directory.resolve(image.toString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Image " + image + " cannot be deleted from " + this.directory, ex);
		}
	}

	private void write(UUID image, String name, byte[] content) {
		Path target = path(image, name);
		try {
			Files.createDirectories(target.getParent());
			Path unfinished = Files.createTempFile(target.getParent(), name, ".unfinished");
			Files.write(unfinished, content);
			// who looks sees the whole file or none, also if two runs of a job write it
			Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(target + " cannot be written", ex);
		}
	}

	private Path path(UUID image, String name) {
		return this.directory.resolve(image.toString()).resolve(name);
	}

}
