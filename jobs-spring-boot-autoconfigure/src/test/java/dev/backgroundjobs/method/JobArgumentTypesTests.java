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

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.multipart.support.StandardMultipartHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is refused at start because it can never travel.
 */
class JobArgumentTypesTests {

	@ParameterizedTest
	@ValueSource(classes = { BufferedReader.class, PrintWriter.class, HttpServletRequest.class,
			HttpServletResponse.class, HttpSession.class, StandardMultipartHttpServletRequest.class, Connection.class,
			CompletableFuture.class, ClassLoader.class, ConfigurableApplicationContext.class, Comparator.class,
			IntPredicate.class, Thread[].class })
	void whatLivesInAProcessCannotTravel(Class<?> type) {
		assertThat(JobArgumentTypes.canBeArgument(type)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(classes = { long.class, String.class, byte[].class, Instant.class, BigDecimal.class, Path.class,
			Map.class, Item.class })
	void plainValuesTravel(Class<?> type) {
		assertThat(JobArgumentTypes.canBeArgument(type)).isTrue();
	}

	record Item(String number, int copies) {

	}

}
