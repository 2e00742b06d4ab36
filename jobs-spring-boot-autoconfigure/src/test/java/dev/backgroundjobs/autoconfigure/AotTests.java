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

package dev.backgroundjobs.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobScheduleInfo;
import dev.backgroundjobs.actuate.BackgroundJobsEndpoint;
import dev.backgroundjobs.core.JobTypes;
import dev.backgroundjobs.core.WorkerDescription;
import dev.backgroundjobs.method.InvalidJobMethodException;
import dev.backgroundjobs.testing.RedisServer;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What ahead-of-time processing tells a native image.
 */
class AotTests {

	private final TestGenerationContext generation = new TestGenerationContext();

	/** Says what native images would be told. */
	private final RuntimeHints hints = this.generation.getRuntimeHints();

	@Test
	void jobMethodsAndWhatTravelsWithThemAreKnown() throws Exception {
		process(Application.class);
		assertThat(this.hints).satisfies((known) -> {
			assertThat(RuntimeHintsPredicates.reflection()
				.onMethodInvocation(Receipts.class.getDeclaredMethod("print", Receipt.class))).accepts(known);
			assertThat(RuntimeHintsPredicates.reflection()
				.onMethodInvocation(Archive.class.getDeclaredMethod("store", Map.class))).accepts(known);
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Receipt.class.getDeclaredMethod("by")))
				.accepts(known);
		});
		for (Class<?> travelling : new Class<?>[] { Receipt.class, Card.class, Box.class, Shelf.class,
				Summary.class }) {
			assertThat(RuntimeHintsPredicates.reflection()
				.onConstructorInvocation(travelling.getDeclaredConstructors()[0])).as(travelling.getName())
				.accepts(this.hints);
		}
	}

	@Test
	void whatStandsForAResultWhileAChainIsRecordedIsKnown() {
		process(Application.class);
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(Summary.class)
			.withMemberCategory(MemberCategory.UNSAFE_ALLOCATED)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(List.class)).accepts(this.hints);
	}

	@Test
	void storeIsKnown() throws Exception {
		process(Application.class);
		Resource[] scripts = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:dev/backgroundjobs/redis/**/*.lua");
		assertThat(scripts).hasSizeGreaterThan(10)
			.extracting((script) -> script.getURI().toString().replaceFirst(".*(?=dev/backgroundjobs/redis/)", ""))
			.contains("dev/backgroundjobs/redis/include/partition.lua")
			.allSatisfy(
					(script) -> assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(this.hints));
		assertThat(RuntimeHintsPredicates.reflection()
			.onFieldAccess(LettuceConnectionFactory.class.getDeclaredField("configuration"))).accepts(this.hints);
	}

	@Test
	void answersOfTheEndpointAreKnown() throws Exception {
		process(EndpointApplication.class);
		ClassPathScanningCandidateComponentProvider answers = new ClassPathScanningCandidateComponentProvider(false);
		answers.addIncludeFilter(new AssignableTypeFilter(OperationResponseBody.class));
		assertThat(answers.findCandidateComponents(BackgroundJobsEndpoint.class.getPackageName())).isNotEmpty()
			.allSatisfy((answer) -> assertThat(
					RuntimeHintsPredicates.reflection().onType(Class.forName(answer.getBeanClassName())))
				.as(answer.getBeanClassName())
				.accepts(this.hints));
		for (Class<?> entry : new Class<?>[] { WorkerDescription.class, JobTypes.JobType.class,
				JobScheduleInfo.class }) {
			assertThat(RuntimeHintsPredicates.reflection()
				.onMethodInvocation(entry.getRecordComponents()[0].getAccessor())).as(entry.getName())
				.accepts(this.hints);
		}
	}

	@Test
	void whatCannotBeAJobStopsTheBuild() {
		assertThatExceptionOfType(InvalidJobMethodException.class).isThrownBy(() -> process(FinalMethod.class))
			.withMessageContaining("FinalMethod.work() is final");
	}

	private void process(Class<?> application) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			environment().applyTo(context);
			context.register(application);
			new ApplicationContextAotGenerator().processAheadOfTime(context, this.generation);
		}
	}

	static TestPropertyValues environment() {
		RedisServer redis = RedisServer.shared();
		return TestPropertyValues.of("spring.data.redis.host=" + redis.host(), "spring.data.redis.port=" + redis.port(),
				"background-jobs.namespace=aot-" + UUID.randomUUID());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class,
			JobsAutoConfiguration.class, JobsRedisAutoConfiguration.class, JobsWorkerAutoConfiguration.class })
	@Import({ Receipts.class, FileArchive.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(BackgroundJobsEndpoint.class)
	static class EndpointApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(JobsAutoConfiguration.class)
	static class FinalMethod {

		@BackgroundJob
		final void work() {
		}

	}

	static class Receipts {

		static final BlockingQueue<Receipt> printed = new LinkedBlockingQueue<>();

		@BackgroundJob
		void print(Receipt receipt) {
			printed.add(receipt);
		}

	}

	public interface Archive {

		@BackgroundJob
		JobHandle<Summary> store(Map<String, Box[]> boxes);

	}

	static class FileArchive implements Archive {

		@Override
		public JobHandle<Summary> store(Map<String, Box[]> boxes) {
			return JobHandle.completed(new Summary(boxes.size()));
		}

	}

	record Receipt(String id, Payment by) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(value = Card.class, name = "card"))
	interface Payment {

	}

	record Card(String number) implements Payment {

	}

	record Box(Shelf shelf) {

	}

	record Shelf(int number) {

	}

	record Summary(int count) {

	}

}
