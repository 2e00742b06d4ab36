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

package dev.backgroundjobs;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The walls of the house.
 */
class ArchitectureTests {

	private static final String BASE = "dev.backgroundjobs";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(BASE);

	@Test
	void classesAreThere() {
		assertThat(CLASSES).hasSizeGreaterThan(50);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("dev.(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void layersKnowOnlyThoseBelow() {
		LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("api")
			.definedBy(BASE);
		for (String layer : List.of("core", "schedule", "client", "context", "event", "listener", "json", "redis",
				"method", "worker", "recurring", "observation", "actuate", "transaction", "test")) {
			layers = layers.layer(layer).definedBy(BASE + "." + layer);
		}
		layers = layers.layer("autoconfigure")
			.definedBy(BASE + ".autoconfigure..")
			.whereLayer("api")
			.mayNotAccessAnyLayer()
			.whereLayer("schedule")
			.mayOnlyAccessLayers("api", "core")
			.whereLayer("client")
			.mayOnlyAccessLayers("api", "core", "schedule")
			.whereLayer("listener")
			.mayOnlyAccessLayers("api", "core")
			.whereLayer("test")
			.mayOnlyAccessLayers("api", "core", "schedule", "client", "method")
			.whereLayer("method")
			.mayOnlyBeAccessedByLayers("worker", "recurring", "test", "autoconfigure")
			.whereLayer("worker")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("client")
			.mayOnlyBeAccessedByLayers("method", "transaction", "test", "autoconfigure")
			.whereLayer("recurring")
			.mayOnlyBeAccessedByLayers("actuate", "autoconfigure")
			.whereLayer("autoconfigure")
			.mayNotBeAccessedByAnyLayer();
		for (String layer : List.of("core", "context", "event")) {
			layers = layers.whereLayer(layer).mayOnlyAccessLayers("api");
		}
		for (String layer : List.of("json", "redis", "observation", "actuate", "context", "transaction", "test")) {
			layers = layers.whereLayer(layer).mayOnlyBeAccessedByLayers("autoconfigure");
		}
		layers.check(CLASSES);
	}

	@ParameterizedTest
	@CsvSource({ "org.springframework.boot.., actuate", "org.springframework.data.redis.., redis",
			"io.lettuce.., redis", "tools.jackson.., json", "org.springframework.aop.., method",
			"org.aopalliance.., method", "io.micrometer.., observation",
			"org.springframework.transaction.., transaction", "org.springframework.security.., context",
			"org.assertj.., test", "org.springframework.test.., test" })
	void technologyIsKnownInOnePackage(String technology, String home) {
		noClasses().that()
			.resideOutsideOfPackages(BASE + "." + home, BASE + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(technology)
			.check(CLASSES);
	}

	@Test
	void packagesAreNullMarked() {
		classes()
			.should(be("in a @NullMarked package",
					(type) -> type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")))
			.check(CLASSES);
	}

	@Test
	void typesArePublicOnlyIfShared() {
		classes().that()
			.areTopLevelClasses()
			.and()
			.arePublic()
			.and()
			.resideOutsideOfPackages(BASE, BASE + ".event", BASE + ".test", BASE + ".autoconfigure..")
			.should(be("used from another package",
					(type) -> type.getDirectDependenciesToSelf()
						.stream()
						.anyMatch((use) -> !use.getOriginClass().getPackageName().equals(type.getPackageName()))))
			.check(CLASSES);
	}

	@Test
	void namesSayWhatTypesAre() {
		noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|Constants|Base)").check(CLASSES);
	}

	@Test
	void dueTimesAndLeasesAreDecidedByRedis() {
		noClasses().should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.callMethod(Instant.class, "now")
			.orShould()
			.callMethod(Thread.class, "sleep", long.class)
			.check(CLASSES);
	}

	@Test
	void constructorsAreNarrow() {
		ArchRule rule = constructors().that()
			.areDeclaredInClassesThat()
			.areNotRecords()
			.and()
			.areDeclaredInClassesThat()
			.areNotEnums()
			.should(new ArchCondition<>("have at most 7 parameters") {

				@Override
				public void check(JavaConstructor constructor, ConditionEvents events) {
					if (constructor.getRawParameterTypes().size() > 7) {
						events.add(SimpleConditionEvent.violated(constructor, constructor.getFullName()));
					}
				}

			});
		rule.check(CLASSES);
	}

	@Test
	void autoConfigurationsAreClosed() {
		classes().that()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould(be("without public methods",
					(type) -> type.getMethods()
						.stream()
						.noneMatch((method) -> method.getModifiers().contains(JavaModifier.PUBLIC))))
			.check(CLASSES);
	}

	private static ArchCondition<JavaClass> be(String description, Predicate<JavaClass> predicate) {
		return new ArchCondition<>("be " + description) {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				if (!predicate.test(type)) {
					events.add(SimpleConditionEvent.violated(type, type.getName() + " is not " + description));
				}
			}

		};
	}

}
