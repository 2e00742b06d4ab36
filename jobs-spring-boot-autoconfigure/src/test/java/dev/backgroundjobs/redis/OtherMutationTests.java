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

package dev.backgroundjobs.redis;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The other half of the mutations, when all are tried.
 */
class OtherMutationTests extends MutationTests {

	static Stream<Mutation> others() {
		return "all".equals(System.getProperty("jobs.mutations")) ? half(1) : Stream.empty();
	}

	@Override
	void eachMutationChangesOnePlaceAndStillCompiles() {
		// known of all of them already
	}

	@Override
	@BreaksData("the scripts that are run lack a guard")
	@ParameterizedTest(name = "{0}", allowZeroInvocations = true)
	@MethodSource("others")
	void isNoticed(Mutation mutation) {
		super.isNoticed(mutation);
	}

}
