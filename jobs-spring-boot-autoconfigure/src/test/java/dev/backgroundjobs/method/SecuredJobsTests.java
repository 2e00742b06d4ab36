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

package dev.backgroundjobs.method;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.testing.JobsContextRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Job methods that are secured where they run, and not where they are called.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecuredJobsTests {

	private static final String WARNING = "are secured, but such rules hold where a job runs";

	private final ApplicationContextRunner runner = JobsContextRunner.withoutRedis()
		.withPropertyValues("background-jobs.mode=inline");

	@Test
	void jobMethodsThatAreSecuredByAnnotationAreNamedWithTheCure(CapturedOutput output) {
		this.runner.withBean(Annotated.class)
			.withBean(AnnotatedClass.class)
			.run((context) -> assertThat(output.getAll().lines()).filteredOn((line) -> line.contains(WARNING))
				.singleElement()
				.asString()
				.contains("WARN",
						"SecuredJobsTests.Annotated.meta(), SecuredJobsTests.Annotated.preAuthorized(String), "
								+ "SecuredJobsTests.Annotated.secured(), SecuredJobsTests.AnnotatedClass.anything()]")
				.contains("Secure the methods that call them", "background-jobs.context.security=true"));
	}

	@Test
	void jobMethodThatIsSecuredByAnAdvisorIsNamed(CapturedOutput output) {
		NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
		pointcut.addMethodName("open");
		this.runner.withBean(Open.class)
			.withBean(Advisor.class,
					() -> new AuthorizationManagerBeforeMethodInterceptor(pointcut,
							(user, invocation) -> new AuthorizationDecision(true)))
			.run((context) -> assertThat(output).contains("[SecuredJobsTests.Open.open()] " + WARNING));
	}

	@Test
	void nothingIsSaidWhereJobsHaveAUserOrNothingIsSecured(CapturedOutput output) {
		this.runner.withBean(Annotated.class)
			.withPropertyValues("background-jobs.context.security=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner.withBean(Open.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void springSecurityIsNotNeeded(CapturedOutput output) {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.security", "jakarta.annotation.security"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain(WARNING);
	}

	static class Annotated {

		@BackgroundJob
		@PreAuthorize("hasRole('ADMIN')")
		void preAuthorized(String whom) {
		}

		@BackgroundJob
		@Secured("ROLE_ADMIN")
		void secured() {
		}

		@BackgroundJob
		@AdminsOnly
		void meta() {
		}

		@BackgroundJob
		void open() {
		}

		@PreAuthorize("hasRole('ADMIN')")
		void noJob() {
		}

	}

	@jakarta.annotation.security.RolesAllowed("ADMIN")
	static class AnnotatedClass {

		@BackgroundJob
		void anything() {
		}

	}

	static class Open {

		@BackgroundJob
		void open() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@PreAuthorize("hasRole('ADMIN')")
	@interface AdminsOnly {

	}

}
