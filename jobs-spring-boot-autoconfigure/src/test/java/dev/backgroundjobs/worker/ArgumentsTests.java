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

package dev.backgroundjobs.worker;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobInfo;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.core.JobQueries;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Arguments from the call to the method in a worker.
 */
class ArgumentsTests {

	private final ApplicationContextRunner runner = JobsContextRunner.create();

	@Test
	void argumentsOfManyTypesArrive() {
		this.runner.withBean(Typed.class).run((context) -> {
			Typed typed = context.getBean(Typed.class);
			Order order = new Order("o-1", new BigDecimal("19.90"), Instant.parse("2026-07-01T10:15:30.123456789Z"),
					Size.LARGE, Map.of("lines", List.of(new Line("a", 2))), Optional.of("gift"), null);
			typed.take(order, List.of(new Card("1234"), new Invoice(30)), new int[][] { { 1 }, { 2, 3 } });
			await().untilAsserted(() -> assertThat(typed.taken()).hasSize(1));
			assertThat(typed.taken().get(0)).containsExactly(order, List.of(new Card("1234"), new Invoice(30)),
					"[[1], [2, 3]]");
		});
	}

	@Test
	void argumentsThatCannotTravelAreRefusedAtTheCall() {
		this.runner.withBean(Untravelled.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((context) -> {
				Untravelled jobs = context.getBean(Untravelled.class);
				assertRefused(() -> jobs.takeWriteOnly(new WriteOnly() {

					@Override
					String getValue() {
						return "x";
					}

				}), "takeWriteOnly", "no worker could read them again. Argument 1 does not fit");
				assertRefused(() -> jobs.takeOpaque(new Opaque()), "takeOpaque",
						"Argument 1 cannot be written as JSON");
				Node node = new Node();
				Node second = new Node();
				node.setNext(second);
				second.setNext(node);
				assertRefused(() -> jobs.takeNode(node), "takeNode", "nesting depth");
				assertThat(context.getBean(JobQueries.class).figures("default").queued()).isZero();
				jobs.takeNode(new Node());
				assertThat(context.getBean(JobQueries.class).figures("default").queued()).isEqualTo(1);
			});
	}

	private static void assertRefused(Runnable call, String job, String reason) {
		assertThatIllegalArgumentException().isThrownBy(call::run)
			.withMessageStartingWith(
					"The arguments of job 'Untravelled." + job + "' are refused and nothing was enqueued")
			.withMessageContaining(reason);
	}

	@Test
	void payloadsThatNameClassesMakeNone() {
		this.runner.withBean(Sender.class)
			.withPropertyValues("background-jobs.worker.enabled=false")
			.run((attacker) -> {
				Sender sender = attacker.getBean(Sender.class);
				String gadget = Gadget.class.getName();
				List<JobHandle<Void>> loose = List.of(sender.loose(List.of(gadget, Map.of("command", "rm"))),
						sender.loose(List.of(List.of("javax.naming.InitialContext", Map.of()))),
						sender.loose(List.of(Map.of("@class", gadget, "command", "rm"))));
				JobHandle<Void> plain = sender
					.plain(Map.of("@class", gadget, "@type", gadget, "name", "a", "count", 3));
				JobHandle<Void> array = sender.plain(List.of(gadget, Map.of("command", "rm")));
				Gadget.instances = 0;
				receiver(attacker).run((worker) -> {
					Receiver receiver = worker.getBean(Receiver.class);
					await().untilAsserted(
							() -> assertThat(loose).extracting(JobHandle::state).containsOnly(JobState.SUCCEEDED));
					await().untilAsserted(() -> assertThat(plain.state()).isEqualTo(JobState.SUCCEEDED));
					await().untilAsserted(() -> assertThat(array.info()).extracting(JobInfo::parkedBecause)
						.asString()
						.startsWith("ARGUMENTS_DO_NOT_FIT"));
					assertThat(receiver.taken()).contains(List.of(gadget, Map.of("command", "rm")), new Line("a", 3));
				});
				assertThat(Gadget.instances).isZero();
			});
	}

	/**
	 * An application whose own mapper would make the gadgets.
	 */
	private ApplicationContextRunner receiver(AssertableApplicationContext attacker) {
		String namespace = attacker.getEnvironment().getRequiredProperty("background-jobs.namespace");
		return JobsContextRunner.create()
			.withBean(Receiver.class)
			.withBean(JsonMapper.class, () -> JsonMapper.builder()
				.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
						DefaultTyping.NON_FINAL_AND_RECORDS)
				.build())
			.withPropertyValues("background-jobs.namespace=" + namespace);
	}

	enum Size {

		SMALL, LARGE

	}

	record Line(String name, int count) {

	}

	record Order(String number, BigDecimal total, Instant at, Size size, Map<String, List<Line>> content,
			Optional<String> note, @Nullable Line extra) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	sealed interface Payment {

	}

	record Card(String number) implements Payment {

	}

	record Invoice(int days) implements Payment {

	}

	static class Typed {

		private final List<List<Object>> taken = new CopyOnWriteArrayList<>();

		List<List<Object>> taken() {
			return this.taken;
		}

		@BackgroundJob
		void take(Order order, List<? extends Payment> payments, int[][] numbers) {
			this.taken.add(List.of(order, payments, Arrays.deepToString(numbers)));
		}

	}

	abstract static class WriteOnly {

		@JsonProperty
		abstract String getValue();

	}

	static class Opaque {

	}

	static class Node {

		private @Nullable Node next;

		@JsonProperty
		@Nullable Node getNext() {
			return this.next;
		}

		@JsonProperty
		void setNext(@Nullable Node next) {
			this.next = next;
		}

	}

	static class Untravelled {

		@BackgroundJob
		void takeWriteOnly(WriteOnly value) {
		}

		@BackgroundJob
		void takeOpaque(Opaque value) {
		}

		@BackgroundJob
		void takeNode(Node node) {
		}

	}

	static class Sender {

		@BackgroundJob(name = "loose")
		JobHandle<Void> loose(List<Object> anything) {
			return JobHandle.completed();
		}

		@BackgroundJob(name = "plain")
		JobHandle<Void> plain(Collection<Object> anything) {
			return JobHandle.completed();
		}

		@BackgroundJob(name = "plain-map")
		JobHandle<Void> plain(Map<String, Object> anything) {
			return JobHandle.completed();
		}

	}

	static class Receiver {

		private final List<Object> taken = new CopyOnWriteArrayList<>();

		List<Object> taken() {
			return this.taken;
		}

		@BackgroundJob(name = "loose")
		JobHandle<Void> loose(List<Object> anything) {
			this.taken.add(anything);
			return JobHandle.completed();
		}

		@BackgroundJob(name = "plain", aliases = "plain-map")
		JobHandle<Void> plain(Line line) {
			this.taken.add(line);
			return JobHandle.completed();
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

}
