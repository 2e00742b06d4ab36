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

package dev.backgroundjobs.sample.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.sample.SampleApplication;
import dev.backgroundjobs.sample.SampleProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EmbeddedRedis} and when it starts.
 */
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedRedisTests {

	private final int port = TestSocketUtils.findAvailableTcpPort();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Properties.class)
		.withConfiguration(AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class))
		.withPropertyValues("sample.embedded-redis.start=true", "sample.embedded-redis.port=" + this.port);

	@Test
	void startsWithTheApplicationWithoutAWarningAndStopsWithIt(CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SampleApplication.class)
			.web(WebApplicationType.NONE)
			.run("--sample.embedded-redis.port=" + this.port, "--spring.datasource.url=jdbc:h2:mem:embedded",
					"--spring.jmx.enabled=false")) {
			assertThat(context.getBean(EmbeddedRedis.class).port()).isEqualTo(this.port);
			assertThat(context.getBean(JobClient.class).find("mail~0~unknown")).isNull();
			assertThat(output).doesNotContain("appendonly");
		}
		assertThat(isFree(this.port)).isTrue();
	}

	@Test
	void takesAnotherPortAndSaysSoWhenItsOwnIsTaken(CapturedOutput output) throws IOException {
		try (ServerSocket taken = new ServerSocket(this.port, 1, InetAddress.getLoopbackAddress())) {
			this.runner.run((context) -> {
				int other = context.getBean(EmbeddedRedis.class).port();
				assertThat(other).isNotEqualTo(taken.getLocalPort());
				assertThat(portOf(context.getBean(DataRedisConnectionDetails.class))).isEqualTo(other);
				assertThat(output).contains("Port " + this.port + " is taken").contains("listens on port " + other);
			});
		}
	}

	@Test
	void joinsTheOneOfAnotherProcess() {
		this.runner.withPropertyValues("sample.embedded-redis.start=false").run((context) -> {
			assertThat(context).doesNotHaveBean(EmbeddedRedis.class);
			assertThat(portOf(context.getBean(DataRedisConnectionDetails.class))).isEqualTo(this.port);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "url=redis://localhost", "host=redis", "port=6379", "sentinel.master=main",
			"cluster.nodes=a:1,b:2", "masterreplica.nodes[0]=a:1" })
	void staysAwayWhenARedisIsNamed(String property) {
		this.runner.withPropertyValues("spring.data.redis." + property)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EmbeddedRedis.class)
				.doesNotHaveBean(DataRedisConnectionDetails.class));
	}

	@Test
	void staysAwayWhenAContainerIsTheRedis() {
		DataRedisConnectionDetails container = new DataRedisConnectionDetails() {
		};
		this.runner.withBean("container", DataRedisConnectionDetails.class, () -> container)
			.run((context) -> assertThat(context).doesNotHaveBean(EmbeddedRedis.class)
				.getBean(DataRedisConnectionDetails.class)
				.isSameAs(container));
	}

	@Test
	void otherRedisPropertiesNameNone() {
		this.runner
			.withPropertyValues("spring.data.redis.timeout=5s", "spring.data.redis.repositories.enabled=false",
					"sample.embedded-redis.start=false")
			.run((context) -> assertThat(context).hasSingleBean(DataRedisConnectionDetails.class));
	}

	@Test
	void windowsIsRefusedWithWords() {
		assertThatExceptionOfType(EmbeddedRedisException.class)
			.isThrownBy(() -> EmbeddedRedis.refuseWindows("Windows 11"))
			.satisfies((refusal) -> {
				FailureAnalysis analysis = new EmbeddedRedisFailureAnalyzer().analyze(refusal);
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains("Windows").contains("5.0");
				assertThat(analysis.getAction()).contains("--spring.data.redis.host=");
			});
	}

	private static int portOf(DataRedisConnectionDetails details) {
		DataRedisConnectionDetails.Standalone standalone = details.getStandalone();
		assertThat(standalone).isNotNull();
		return standalone.getPort();
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(SampleProperties.class)
	static class Properties {

	}

}
