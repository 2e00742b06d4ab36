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

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

import javax.imageio.ImageIO;

/**
 * Images as people upload them.
 */
final class TestImages {

	private TestImages() {
	}

	static byte[] jpeg(int width, int height) {
		return encoded("jpg", new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
	}

	static byte[] png(int width, int height) {
		return encoded("png", new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB));
	}

	static byte[] gif() {
		return encoded("gif", new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB));
	}

	/**
	 * An image that begins well.
	 * @return the image
	 */
	static byte[] broken() {
		byte[] png = png(600, 400);
		Arrays.fill(png, 60, png.length, (byte) 7);
		return png;
	}

	static BufferedImage decoded(byte[] content) {
		try {
			return ImageIO.read(new ByteArrayInputStream(content));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] encoded(String format, BufferedImage image) {
		Graphics2D graphics = image.createGraphics();
		graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, image.getWidth(), image.getHeight(), Color.BLUE));
		graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
		graphics.dispose();
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		try {
			ImageIO.write(image, format, content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return content.toByteArray();
	}

}
