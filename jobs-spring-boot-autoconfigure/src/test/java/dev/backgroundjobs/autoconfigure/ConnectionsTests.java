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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.testing.JobsContextRunner;
import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Our connections are made like the application's own, however that is configured, and
 * there are never more than four.
 */
class ConnectionsTests {

	private final RedisServer server = RedisServer.start("--user", "jobs", "on", ">secret", "~*", "&*", "+@all");

	private final RedisClient client = RedisClient.create(this.server.uri());

	private final RedisCommands<String, String> redis = this.client.connect().sync();

	private final ApplicationContextRunner runner = JobsContextRunner.on(this.server)
		.withBean(Mail.class)
		.withPropertyValues("background-jobs.namespace=shop", "background-jobs.worker.poll-interval=100ms");

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
		this.server.close();
	}

	@Test
	void jobsLandInTheDatabase() {
		this.runner.withPropertyValues("spring.data.redis.database=3").run((context) -> {
			runsAJob(context);
			assertThat(keys(3)).contains("bj:{shop.mail}:m");
			assertThat(keys(0)).isEmpty();
		});
	}

	@Test
	void urlSaysUserPasswordAndDatabase() {
		this.runner
			.withPropertyValues("spring.data.redis.url=redis://jobs:secret@localhost:" + this.server.port() + "/3",
					"spring.data.redis.port=1")
			.run((context) -> {
				runsAJob(context);
				assertThat(keys(3)).contains("bj:{shop.mail}:m");
				assertThat(clients("user")).containsOnly("jobs");
			});
	}

	@Test
	void factoryOfTheApplicationIsTaken() {
		this.runner.withPropertyValues("spring.data.redis.port=1")
			.withBean(LettuceConnectionFactory.class, () -> factory(this.server, 5))
			.run((context) -> {
				runsAJob(context);
				assertThat(keys(5)).contains("bj:{shop.mail}:m");
			});
	}

	@Test
	void qualifiedFactoryIsTakenForJobsOnly() {
		try (RedisServer another = RedisServer.start()) {
			this.runner.withBean(Integer.class, another::port)
				.withUserConfiguration(SecondFactory.class)
				.run((context) -> {
					runsAJob(context);
					context.getBean(StringRedisTemplate.class).opsForValue().set("mine", "1");
					assertThat(keys(0)).containsExactly("mine");
					RedisClient other = RedisClient.create(another.uri());
					assertThat(other.connect().sync().keys("*")).contains("bj:{shop.mail}:m").doesNotContain("mine");
					other.shutdown(Duration.ZERO, Duration.ZERO);
				});
		}
	}

	@Test
	void readsNothingFromReplicas() {
		LettuceClientConfiguration preferring = LettuceClientConfiguration.builder().readFrom(ReadFrom.REPLICA).build();
		this.runner
			.withBean(LettuceConnectionFactory.class,
					() -> new LettuceConnectionFactory(
							new RedisStandaloneConfiguration(this.server.host(), this.server.port()), preferring))
			.run((context) -> {
				runsAJob(context);
				assertThat(context.getBean(JobClient.class).find("mail~0~unknown")).isNull();
			});
	}

	@Test
	void bundleSaysWhichCertificatesAreTrusted(@TempDir Path folder) throws Exception {
		Path certificate = certificate(folder);
		int port = RedisServer.freePort();
		try (RedisServer tls = RedisServer.start("--tls-port", String.valueOf(port), "--tls-cert-file",
				certificate.toString(), "--tls-key-file", folder.resolve("key.pem").toString(), "--tls-ca-cert-file",
				certificate.toString(), "--tls-auth-clients", "no")) {
			this.runner.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
				.withPropertyValues("spring.data.redis.host=localhost", "spring.data.redis.port=" + port,
						"spring.data.redis.ssl.bundle=redis",
						"spring.ssl.bundle.pem.redis.truststore.certificate=file:" + certificate)
				.run((context) -> {
					runsAJob(context);
					RedisClient other = RedisClient.create(tls.uri());
					assertThat(other.connect().sync().clientList()).contains("name=jobs-shop-work");
					other.shutdown(Duration.ZERO, Duration.ZERO);
				});
		}
	}

	/**
	 * A key, and a certificate that nobody but this test trusts.
	 */
	private static Path certificate(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
		Path store = folder.resolve("store.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "redis", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"SAN=dns:localhost", "-storetype", "PKCS12", "-storepass", "secret", "-keystore", store.toString())
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
		pem(folder.resolve("key.pem"), "PRIVATE KEY", keys.getKey("redis", "secret".toCharArray()).getEncoded());
		return pem(folder.resolve("certificate.pem"), "CERTIFICATE", keys.getCertificate("redis").getEncoded());
	}

	private static Path pem(Path file, String label, byte[] content) throws IOException {
		return Files.writeString(file,
				"-----BEGIN " + label + "-----\n"
						+ Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content)
						+ "\n-----END " + label + "-----\n");
	}

	@Test
	void clientResourcesAreSharedAndLeftAlone() {
		Set<EventLoopGroup> groups = ConcurrentHashMap.newKeySet();
		AtomicInteger channels = new AtomicInteger();
		ClientResources resources = ClientResources.builder().nettyCustomizer(new NettyCustomizer() {

			@Override
			public void afterChannelInitialized(Channel channel) {
				groups.add(channel.eventLoop().parent());
				channels.incrementAndGet();
			}

		}).build();
		try {
			this.runner
				.withBean(ClientResources.class, () -> resources, (definition) -> definition.setDestroyMethodName(""))
				.run((context) -> {
					context.getBean(StringRedisTemplate.class).opsForValue().set("mine", "1");
					runsAJob(context);
					await().untilAsserted(() -> assertThat(clients("name")).hasSize(4));
					assertThat(channels).hasValueGreaterThanOrEqualTo(5);
					assertThat(groups).as("one event loop group for the application's connections and ours").hasSize(1);
				});
			assertThat(resources.eventExecutorGroup().isShuttingDown()).isFalse();
			RedisClient another = RedisClient.create(resources, this.server.uri());
			assertThat(another.connect().sync().ping()).isEqualTo("PONG");
			another.shutdown(Duration.ZERO, Duration.ZERO);
		}
		finally {
			resources.shutdown(0, 0, TimeUnit.MILLISECONDS);
		}
	}

	@Test
	void thereAreFourUnderLoadAndAfterResetsAndNoneAtTheEnd() {
		this.runner.run((context) -> {
			Mail mail = context.getBean(Mail.class);
			for (int round = 0; round < 3; round++) {
				int before = mail.sent().get();
				Thread[] producers = new Thread[4];
				for (int i = 0; i < producers.length; i++) {
					producers[i] = new Thread(() -> Stream.generate(mail::send).limit(100).toList());
					producers[i].start();
				}
				for (Thread producer : producers) {
					producer.join();
				}
				await().untilAsserted(() -> assertThat(mail.sent()).hasValue(before + 400));
				assertFour();
				if (round == 0) {
					killConnections();
				}
				else if (round == 1) {
					becomeAReplicaForAMoment();
				}
				await().ignoreExceptionsInstanceOf(DataAccessException.class).until(() -> {
					runsAJob(context);
					return true;
				});
			}
			assertFour();
		});
		await().untilAsserted(() -> assertThat(clients("name")).isEmpty());
	}

	private void assertFour() {
		await().untilAsserted(() -> assertThat(clients("name")).containsExactlyInAnyOrder("jobs-shop-enqueue",
				"jobs-shop-work", "jobs-shop-lease", "jobs-shop-wake-up"));
	}

	private void killConnections() {
		this.redis.clientList()
			.lines()
			.filter((line) -> field(line, "name").startsWith("jobs-shop-"))
			.forEach((line) -> this.redis.clientKill(field(line, "addr")));
	}

	private void becomeAReplicaForAMoment() {
		String work = id("jobs-shop-work");
		this.redis.replicaof("127.0.0.1", 1);
		await().until(() -> !id("jobs-shop-work").equals(work));
		this.redis.replicaofNoOne();
	}

	private String id(String name) {
		return this.redis.clientList()
			.lines()
			.filter((line) -> field(line, "name").equals(name))
			.map((line) -> field(line, "id"))
			.findFirst()
			.orElse("");
	}

	private List<String> clients(String field) {
		return this.redis.clientList()
			.lines()
			.filter((line) -> field(line, "name").startsWith("jobs-shop-"))
			.map((line) -> field(line, field))
			.toList();
	}

	private static String field(String line, String name) {
		return Arrays.stream(line.split(" "))
			.filter((field) -> field.startsWith(name + "="))
			.map((field) -> field.substring(name.length() + 1))
			.findFirst()
			.orElse("");
	}

	private List<String> keys(int database) {
		RedisURI uri = this.server.uri();
		uri.setDatabase(database);
		return this.client.connect(uri).sync().keys("*");
	}

	private static void runsAJob(ApplicationContext context) {
		JobHandle<Void> handle = context.getBean(Mail.class).send();
		await().untilAsserted(() -> assertThat(handle.state()).isEqualTo(JobState.SUCCEEDED));
	}

	private static LettuceConnectionFactory factory(RedisServer server, int database) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(server.host(), server.port());
		configuration.setDatabase(database);
		return new LettuceConnectionFactory(configuration);
	}

	@Configuration(proxyBeanMethods = false)
	static class SecondFactory {

		@Bean(defaultCandidate = false)
		@BackgroundJobsRedis
		LettuceConnectionFactory jobsConnectionFactory(Integer port) {
			return new LettuceConnectionFactory("localhost", port);
		}

	}

	static class Mail {

		private final AtomicInteger sent = new AtomicInteger();

		AtomicInteger sent() {
			return this.sent;
		}

		@BackgroundJob("mail")
		JobHandle<Void> send() {
			this.sent.incrementAndGet();
			return JobHandle.completed();
		}

	}

}
