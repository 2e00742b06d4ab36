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

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backgroundjobs.core.ArgumentsDoNotFitException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Arguments to JSON and back.
 */
class JacksonJobPayloadCodecTests {

	private final JacksonJobPayloadCodec codec = new JacksonJobPayloadCodec(JsonMapper.builder().build());

	@Test
	void plainValuesComeBack() throws Exception {
		assertRoundTrip("plain", 7, Long.MAX_VALUE, true, 'x', 1.5, "text", Color.RED);
	}

	@Test
	void nullComesBack() throws Exception {
		assertRoundTrip("nothing", null, null);
	}

	@Test
	void timesComeBackExactly() throws Exception {
		assertRoundTrip("times", Instant.parse("2026-07-01T10:15:30.123456789Z"), Duration.parse("PT1H0.000000001S"));
	}

	@Test
	void decimalsKeepTheirScale() throws Exception {
		assertRoundTrip("decimal", new BigDecimal("1.10"), List.of(new BigDecimal("0.100"), new BigDecimal("1E+3")));
	}

	@Test
	void genericsAreBoundByTheDeclaredParameters() throws Exception {
		assertRoundTrip("generics", List.of(new Item("a", 1), new Item("b", 2)), Map.of("x", List.of(1, 2)));
	}

	@Test
	void arraysComeBack() throws Exception {
		assertRoundTrip("arrays", new byte[] { 0, -1, 127 }, new int[][] { { 1 }, { 2, 3 } },
				new Item[] { new Item("a", 1) });
	}

	@Test
	void typeInformationOfASealedInterfaceIsKept() throws Exception {
		assertRoundTrip("sealedInterface", new Circle(2), List.of(new Square(3), new Circle(4)));
	}

	@Test
	void noArgumentsAreAnEmptyArray() throws Exception {
		assertThat(this.codec.encode(List.of(), new Object[0])).asString(StandardCharsets.UTF_8).isEqualTo("[]");
		assertThat(this.codec.decode(List.of(), bytes("[]"))).isEmpty();
	}

	@Test
	void newTrailingParameterIsNull() throws Exception {
		assertThat(this.codec.decode(List.of(String.class, Integer.class), bytes("[\"a\"]"))).containsExactly("a",
				null);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			grown           | ["a"]                       | Argument 2 is missing and int has no null
			grown           | ["a", 1, 2]                 | There are more arguments than the 2 parameters
			grown           | ["a", "b"]                  | Argument 2 does not fit int
			grown           | ["a", null]                 | Argument 2 does not fit int
			grown           | {"a": 1}                    | The payload is no JSON array
			grown           | ``                          | The payload is no JSON array
			grown           | ["a",                       | Argument 2 does not fit int
			generics        | [[{"name":"a","size":"x"}]] | ["size"]
			sealedInterface | [{"@type":"Triangle"}]      | Triangle
			""")
	void payloadThatDoesNotFitIsRefusedWithWords(String method, String payload, String message) {
		assertThatExceptionOfType(ArgumentsDoNotFitException.class)
			.isThrownBy(() -> this.codec.decode(types(method), bytes(payload)))
			.withMessageContaining(message);
	}

	@Test
	void valueThatCannotBeWrittenIsRefusedWithItsPosition() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> this.codec.encode(List.of(String.class, Object.class), new Object[] { "a", new FailingBean() }))
			.withMessageStartingWith("Argument 2 cannot be written as JSON")
			.withMessageContaining("[\"value\"]");
	}

	@Test
	void valueWithoutPropertiesIsRefusedRatherThanSentEmpty() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.codec.encode(List.of(Object.class), new Object[] { new Object() {
			} }))
			.withMessageStartingWith("Argument 1 cannot be written as JSON");
	}

	@Test
	void recordWithoutComponentsIsAValue() throws Exception {
		List<Type> types = List.of(Nothing.class);
		assertThat(this.codec.decode(types, this.codec.encode(types, new Object[] { new Nothing() })))
			.containsExactly(new Nothing());
	}

	@Test
	void cycleIsRefusedWithAShortMessage() {
		Node node = new Node();
		node.getNext().add(new Node());
		node.getNext().get(0).getNext().add(node);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.codec.encode(List.of(Node.class), new Object[] { node }))
			.withMessageStartingWith("Argument 1 cannot be written as JSON")
			.satisfies((failure) -> assertThat(failure.getMessage()).hasSizeLessThan(600));
	}

	@Test
	void payloadThatIsNestedTooDeeplyIsRefused() {
		String deep = "[".repeat(100_000);
		assertThatExceptionOfType(ArgumentsDoNotFitException.class)
			.isThrownBy(() -> this.codec.decode(types("open"), bytes(deep)))
			.withMessageContaining("nesting depth");
	}

	@Test
	void typeIdThatIsAClassIsRefusedBeforeTheClassIsLoaded() {
		assertThatExceptionOfType(ArgumentsDoNotFitException.class)
			.isThrownBy(() -> this.codec.decode(List.of(NamedByClass.class),
					bytes("[{\"@class\":\"" + Spring.class.getName() + "\"}]")))
			.withMessageContaining("denied");
		assertThat(System.getProperty("spring.sprung")).isNull();
	}

	@Test
	void modulesOfTheApplicationApply() throws Exception {
		SimpleModule module = new SimpleModule().addSerializer(Item.class, new ItemSerializer())
			.addDeserializer(Item.class, new ItemDeserializer());
		JacksonJobPayloadCodec own = new JacksonJobPayloadCodec(JsonMapper.builder().addModule(module).build());
		byte[] json = own.encode(List.of(Item.class), new Object[] { new Item("a", 5) });
		assertThat(json).asString(StandardCharsets.UTF_8).isEqualTo("[\"a/5\"]");
		assertThat(own.decode(List.of(Item.class), json)).containsExactly(new Item("a", 5));
	}

	@Test
	void defaultTypingOfTheApplicationWritesNoClassNames() throws Exception {
		JacksonJobPayloadCodec own = new JacksonJobPayloadCodec(withDefaultTyping());
		byte[] json = own.encode(types("open"), new Object[] { List.of(new Item("a", 1)) });
		assertThat(json).asString(StandardCharsets.UTF_8).isEqualTo("[[{\"name\":\"a\",\"size\":1}]]");
	}

	@Test
	void payloadCannotChooseAClass() throws Exception {
		JsonMapper mapper = withDefaultTyping();
		String gadget = "[\"" + Gadget.class.getName() + "\", {\"command\": \"rm\"}]";
		assertThat(mapper.readValue(gadget, Object.class)).isInstanceOf(Gadget.class);
		Gadget.instances = 0;
		JacksonJobPayloadCodec own = new JacksonJobPayloadCodec(mapper);
		@Nullable Object[] decoded = own.decode(types("open"), bytes("[[" + gadget + "]]"));
		assertThat(Gadget.instances).isZero();
		assertThat(decoded).containsExactly(List.of(List.of(Gadget.class.getName(), Map.of("command", "rm"))));
	}

	@Test
	void mapperOfTheApplicationIsLeftAlone() {
		JsonMapper mapper = withDefaultTyping().rebuild()
			.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.build();
		new JacksonJobPayloadCodec(mapper);
		assertThat(mapper.isEnabled(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)).isTrue();
		assertThat(mapper.writerFor(Object.class).writeValueAsString(new Item("a", 1))).contains(Item.class.getName());
	}

	private static JsonMapper withDefaultTyping() {
		return JsonMapper.builder()
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
					DefaultTyping.NON_FINAL_AND_RECORDS)
			.build();
	}

	private void assertRoundTrip(String method, @Nullable Object... arguments) throws Exception {
		assertThat(roundTrip(method, arguments)).containsExactly(arguments);
	}

	private @Nullable Object[] roundTrip(String method, @Nullable Object... arguments) throws Exception {
		List<Type> types = types(method);
		return this.codec.decode(types, this.codec.encode(types, arguments));
	}

	private static List<Type> types(String method) {
		return Arrays.stream(Signatures.class.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(method))
			.map(Method::getGenericParameterTypes)
			.map(List::of)
			.findFirst()
			.orElseThrow();
	}

	private static byte[] bytes(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	interface Signatures {

		void plain(int i, long l, Boolean b, char c, double d, String text, Color color);

		void nothing(@Nullable Integer number, @Nullable Item item);

		void times(Instant at, Duration took);

		void decimal(BigDecimal one, List<BigDecimal> more);

		void generics(List<Item> items, Map<String, List<Integer>> index);

		void arrays(byte[] bytes, int[][] nested, Item[] items);

		void sealedInterface(Shape one, List<Shape> more);

		void grown(String old, int added);

		void open(List<Object> anything);

	}

	enum Color {

		RED, GREEN

	}

	record Item(String name, int size) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	sealed interface Shape {

	}

	record Circle(int radius) implements Shape {

	}

	record Square(int side) implements Shape {

	}

	static class FailingBean {

		@JsonProperty
		String getValue() {
			throw new IllegalStateException("not now");
		}

	}

	record Nothing() {

	}

	static class Node {

		private final List<Node> next = new ArrayList<>();

		@JsonProperty
		List<Node> getNext() {
			return this.next;
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	interface NamedByClass {

	}

	static class Spring implements NamedByClass {

		static {
			System.setProperty("spring.sprung", "true");
		}

	}

	static class Gadget {

		static int instances;

		Gadget() {
			instances++;
		}

		@JsonProperty
		void setCommand(String command) {
		}

	}

	static class ItemSerializer extends ValueSerializer<Item> {

		@Override
		public void serialize(Item item, JsonGenerator generator, SerializationContext context) {
			generator.writeString(item.name() + "/" + item.size());
		}

	}

	static class ItemDeserializer extends ValueDeserializer<Item> {

		@Override
		public Item deserialize(JsonParser parser, DeserializationContext context) {
			String[] parts = parser.getString().split("/");
			return new Item(parts[0], Integer.parseInt(parts[1]));
		}

	}

}
