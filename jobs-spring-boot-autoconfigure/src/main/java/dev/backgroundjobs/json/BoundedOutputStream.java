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

package dev.backgroundjobs.json;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

import dev.backgroundjobs.core.ResultTooLargeException;

/**
 * Takes bytes up to a number, so that a result without an end does not fill the memory.
 */
final class BoundedOutputStream extends OutputStream {

	private final ByteArrayOutputStream target;

	private final long maxBytes;

	BoundedOutputStream(ByteArrayOutputStream target, long maxBytes) {
		this.target = target;
		this.maxBytes = maxBytes;
	}

	@Override
	public void write(int b) {
		check(1);
		this.target.write(b);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) {
		check(length);
		this.target.write(bytes, offset, length);
	}

	private void check(int more) {
		if (this.target.size() + (long) more > this.maxBytes) {
			throw new ResultTooLargeException(this.maxBytes);
		}
	}

}
