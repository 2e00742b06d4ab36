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
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import dev.backgroundjobs.core.JobPayloadCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Arguments as a JSON array, each bound by the declared type of its parameter, and
 * results as a value of the declared type. The application's modules apply, its default
 * typing and class names as type ids never do, so that a payload cannot choose a class.
 */
public final class JacksonJobPayloadCodec implements JobPayloadCodec {

	private static final int MAX_PATH = 300;

	private final JsonMapper mapper;

	/** Found once for each type of a parameter. */
	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();

	/**
	 * Create a codec.
	 * @param mapper the application's mapper
	 */
	public JacksonJobPayloadCodec(JsonMapper mapper) {
		// each argument is read from the middle of the array
		this.mapper = mapper.rebuild()
			.deactivateDefaultTyping()
			.polymorphicTypeValidator(new NoClassNames())
			// an object without properties would arrive empty
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.build();
	}

	@Override
	public byte[] encode(List<Type> types, @Nullable Object[] arguments) {
		ByteArrayOutputStream json = new ByteArrayOutputStream(128);
		int index = 0;
		try (JsonGenerator generator = this.mapper.createGenerator(json)) {
			generator.writeStartArray();
			for (; index < arguments.length; index++) {
				writer(types.get(index)).writeValue(generator, arguments[index]);
			}
			generator.writeEndArray();
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"Argument " + (index + 1) + " cannot be written as JSON: " + ex.getOriginalMessage() + path(ex),
					ex);
		}
		return json.toByteArray();
	}

	@Override
	public Gap encodeAround(List<Type> types, @Nullable Object[] arguments, int missing) {
		byte[] before = encode(types.subList(0, missing), Arrays.copyOf(arguments, missing));
		byte[] after = encode(types.subList(missing + 1, types.size()),
				Arrays.copyOfRange(arguments, missing + 1, arguments.length));
		if (missing > 0) {
			before[before.length - 1] = ',';
		}
		if (missing < arguments.length - 1) {
			after[0] = ',';
		}
		return new Gap((missing > 0) ? before : new byte[] { '[' },
				(missing < arguments.length - 1) ? after : new byte[] { ']' });
	}

	@Override
	public @Nullable Object[] decode(List<Type> types, byte[] payload) throws ArgumentsDoNotFitException {
		@Nullable Object[] arguments = new Object[types.size()];
		int index = 0;
		try (JsonParser parser = this.mapper.createParser(payload)) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw new ArgumentsDoNotFitException("The payload is no JSON array", null);
			}
			for (; parser.nextToken() != JsonToken.END_ARRAY; index++) {
				if (index == types.size()) {
					throw new ArgumentsDoNotFitException(
							"There are more arguments than the " + types.size() + " parameters of the method", null);
				}
				arguments[index] = reader(types.get(index)).readValue(parser);
			}
		}
		catch (JacksonException ex) {
			throw new ArgumentsDoNotFitException("Argument " + (index + 1) + " does not fit " + nameOf(types, index)
					+ ": " + ex.getOriginalMessage() + path(ex), ex);
		}
		for (; index < types.size(); index++) {
			if (types.get(index) instanceof Class<?> type && type.isPrimitive()) {
				throw new ArgumentsDoNotFitException(
						"Argument " + (index + 1) + " is missing and " + type + " has no null", null);
			}
		}
		return arguments;
	}

	@Override
	public byte[] encodeResult(Type type, Object result, long maxBytes) {
		ByteArrayOutputStream json = new ByteArrayOutputStream(128);
		try {
			writer(type).writeValue(new BoundedOutputStream(json, maxBytes), result);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("it cannot be written as JSON: " + ex.getOriginalMessage() + path(ex),
					ex);
		}
		return json.toByteArray();
	}

	@Override
	public @Nullable Object decodeResult(Type type, byte[] json) throws ArgumentsDoNotFitException {
		try {
			return reader(type).readValue(json);
		}
		catch (JacksonException ex) {
			throw new ArgumentsDoNotFitException(
					"its result does not fit " + type.getTypeName() + ": " + ex.getOriginalMessage() + path(ex), ex);
		}
	}

	private ObjectReader reader(Type type) {
		return this.readers.computeIfAbsent(type, (key) -> this.mapper.readerFor(this.mapper.constructType(key)));
	}

	private ObjectWriter writer(Type type) {
		return this.writers.computeIfAbsent(type, (key) -> this.mapper.writerFor(this.mapper.constructType(key)));
	}

	private static String nameOf(List<Type> types, int index) {
		return (index < types.size()) ? types.get(index).getTypeName() : "any parameter";
	}

	private static String path(JacksonException ex) {
		if (!(ex instanceof DatabindException databind) || databind.getPath().isEmpty()) {
			return "";
		}
		String path = databind.getPathReference();
		// of a cycle that is as long as the nesting may be deep
		return " (at " + ((path.length() > MAX_PATH) ? path.substring(0, MAX_PATH) + "..." : path) + ")";
	}

}
