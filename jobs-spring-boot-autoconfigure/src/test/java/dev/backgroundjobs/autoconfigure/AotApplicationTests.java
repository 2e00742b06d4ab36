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

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is processed ahead of time, compiled and run.
 */
class AotApplicationTests {

	private final TestGenerationContext generation = new TestGenerationContext();

	@Test
	@CompileWithForkedClassLoader
	@SuppressWarnings("unchecked")
	void applicationOfGeneratedCodeRunsJobs() {
		ClassName initializer = process(AotTests.Application.class);
		this.generation.writeGeneratedContent();
		TestCompiler.forSystem().with(this.generation).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				AotTests.environment().applyTo(context);
				compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()).initialize(context);
				context.refresh();
				context.getBean(AotTests.Receipts.class).print(new AotTests.Receipt("r-7", new AotTests.Card("4711")));
				assertThat(AotTests.Receipts.printed.poll(30, TimeUnit.SECONDS))
					.isEqualTo(new AotTests.Receipt("r-7", new AotTests.Card("4711")));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private ClassName process(Class<?> application) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			AotTests.environment().applyTo(context);
			context.register(application);
			return new ApplicationContextAotGenerator().processAheadOfTime(context, this.generation);
		}
	}

}
