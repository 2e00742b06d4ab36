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

package dev.backgroundjobs.core;

import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Arguments and results to bytes and back.
 */
public interface JobPayloadCodec {

	/**
	 * Encode arguments.
	 * @param types the declared types of the parameters
	 * @param arguments the arguments
	 * @return the encoded arguments
	 * @throws IllegalArgumentException if one cannot be encoded
	 */
	byte[] encode(List<Type> types, @Nullable Object[] arguments);

	/**
	 * Encode the arguments of a call of which one does not exist yet.
	 * @param types the declared types of the parameters
	 * @param arguments the arguments
	 * @param missing the place of the one that is missing, counted from 0
	 * @return what stands before that argument, and what behind it
	 * @throws IllegalArgumentException if another one cannot be encoded
	 */
	Gap encodeAround(List<Type> types, @Nullable Object[] arguments, int missing);

	/**
	 * Decode arguments; the types come from the method, never from the payload. Missing
	 * trailing arguments are {@code null}.
	 * @param types the declared types of the parameters
	 * @param payload the encoded arguments
	 * @return the arguments
	 * @throws ArgumentsDoNotFitException if the payload cannot be read as these types
	 */
	@Nullable Object[] decode(List<Type> types, byte[] payload) throws ArgumentsDoNotFitException;

	/**
	 * Encode a result, as an argument of a call would be encoded.
	 * @param type the declared type of the result
	 * @param result the result
	 * @param maxBytes the most bytes it may take
	 * @return the encoded result, a JSON value
	 * @throws IllegalArgumentException if it cannot be encoded
	 * @throws ResultTooLargeException if it takes more bytes, as soon as that is known
	 */
	byte[] encodeResult(Type type, Object result, long maxBytes);

	/**
	 * Decode a result; the type is that of whoever asks for it, never from the payload.
	 * @param type the type of the result
	 * @param json the encoded result
	 * @return the result
	 * @throws ArgumentsDoNotFitException if it cannot be read as this type
	 */
	@Nullable Object decodeResult(Type type, byte[] json) throws ArgumentsDoNotFitException;

	/**
	 * Encoded arguments of which one is missing.
	 *
	 * @param before what stands before it
	 * @param after what stands behind it
	 */
	record Gap(byte[] before, byte[] after) {

	}

}
