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

package dev.backgroundjobs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import com.redis.testcontainers.RedisContainer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import redis.embedded.core.ExecutableProvider;

import org.springframework.util.StringUtils;

/**
 * The one Redis fixture of all tests. The shared server runs in a container where Docker
 * answers, else as {@code redis-server} from the PATH, else as the embedded binary; the
 * system property {@code jobs.test.redis} ({@code container}, {@code server} or
 * {@code embedded}) insists on one. Without any of them tests fail.
 */
public final class RedisServer implements AutoCloseable {

	private static @Nullable RedisServer shared;

	private final List<String> arguments;

	private final int port;

	private final String host;

	private final Path directory;

	private @Nullable Process process;

	private RedisServer(String host, int port, List<String> arguments) {
		this.host = host;
		this.port = port;
		this.arguments = arguments;
		this.directory = temporaryDirectory();
	}

	/**
	 * The server all tests of this JVM share; it ends with the JVM.
	 * @return the server
	 */
	public static synchronized RedisServer shared() {
		if (shared == null) {
			shared = startShared();
		}
		return shared;
	}

	/**
	 * The server all tests of this JVM share, if one of them has asked for it.
	 * @return the server, or {@code null}
	 */
	public static synchronized @Nullable RedisServer sharedIfStarted() {
		return shared;
	}

	private static RedisServer startShared() {
		String wanted = System.getProperty("jobs.test.redis", "");
		boolean container = wanted.equals("container") || wanted.isEmpty() && dockerAnswers();
		if (!container) {
			return start();
		}
		RedisContainer redis = new RedisContainer(
				RedisContainer.DEFAULT_IMAGE_NAME.withTag(System.getProperty("jobs.test.redis.tag", "7-alpine")));
		redis.start();
		return new RedisServer(redis.getHost(), redis.getFirstMappedPort(), List.of());
	}

	private static boolean dockerAnswers() {
		// spares machines without Docker a page of log
		boolean there = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"))
				|| Files.exists(Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"));
		return there && DockerClientFactory.instance().isDockerAvailable();
	}

	/**
	 * Start a server of one's own, which can be killed and restarted.
	 * @param arguments further arguments of {@code redis-server}
	 * @return the server
	 */
	public static RedisServer start(String... arguments) {
		RedisServer server = new RedisServer("localhost", freePort(), Arrays.asList(arguments));
		server.restart();
		return server;
	}

	/**
	 * Start a sentinel that watches a master, alone.
	 * @param name name of the master
	 * @param master the master
	 * @return the sentinel
	 */
	public static RedisServer startSentinel(String name, RedisServer master) {
		RedisServer sentinel = new RedisServer("localhost", freePort(), List.of());
		Path configuration = sentinel.directory.resolve("sentinel.conf");
		try {
			Files.write(configuration,
					List.of("port " + sentinel.port, "dir " + sentinel.directory,
							"sentinel monitor " + name + " 127.0.0.1 " + master.port + " 1",
							"sentinel down-after-milliseconds " + name + " 500",
							"sentinel failover-timeout " + name + " 2000"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		sentinel.run(List.of(executable(), configuration.toString(), "--sentinel"));
		return sentinel;
	}

	/**
	 * Start a server that is a node of a cluster, without slots.
	 * @param arguments further arguments of {@code redis-server}
	 * @return the server
	 */
	public static RedisServer startClusterNode(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes"));
		all.addAll(Arrays.asList(arguments));
		RedisServer server = new RedisServer("localhost", freePortOfANode(), all);
		server.restart();
		return server;
	}

	/**
	 * Nodes talk to each other on a port that is 10,000 higher.
	 */
	private static int freePortOfANode() {
		int port = freePort();
		while (port > 55_000) {
			port = freePort();
		}
		return port;
	}

	/**
	 * Start the server again on its port, with the data its persistence kept.
	 */
	public void restart() {
		List<String> command = new ArrayList<>(List.of(executable(), "--port", String.valueOf(this.port), "--dir",
				this.directory.toString(), "--save", "", "--bind", "127.0.0.1"));
		command.addAll(this.arguments);
		run(command);
	}

	private void run(List<String> command) {
		try {
			Process started = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("redis.log").toFile())
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
			this.process = started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Redis did not start: " + command, ex);
		}
		Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(this::answers);
	}

	private boolean answers() {
		RedisClient client = RedisClient.create(uri());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			return "PONG".equals(connection.sync().ping());
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	/**
	 * Kill the server as a crash would.
	 */
	public void kill() {
		Process running = this.process;
		if (running == null) {
			throw new IllegalStateException("Only a server of the test's own can be killed");
		}
		running.destroyForcibly();
		Awaitility.await().until(() -> !running.isAlive());
	}

	/**
	 * Stop the server's process without ending it, or let it go on.
	 * @param signal {@code STOP} or {@code CONT}
	 */
	public void signal(String signal) {
		Process running = this.process;
		if (running == null) {
			throw new IllegalStateException("Only a server of the test's own can be stopped");
		}
		try {
			new ProcessBuilder("kill", "-" + signal, String.valueOf(running.pid())).start().waitFor();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public String host() {
		return this.host;
	}

	public int port() {
		return this.port;
	}

	public RedisURI uri() {
		return RedisURI.create(this.host, this.port);
	}

	@Override
	public void close() {
		if (this.process != null) {
			kill();
		}
	}

	private static String executable() {
		String wanted = System.getProperty("jobs.test.redis", "");
		if (!wanted.equals("embedded")) {
			for (String folder : StringUtils.tokenizeToStringArray(System.getenv("PATH"), java.io.File.pathSeparator)) {
				Path candidate = Path.of(folder, "redis-server");
				if (Files.isExecutable(candidate)) {
					return candidate.toString();
				}
			}
			if (wanted.equals("server")) {
				throw new IllegalStateException("There is no redis-server on the PATH");
			}
		}
		if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win")) {
			throw new IllegalStateException(
					"The embedded Redis is too old on Windows: run the tests with Docker, or in WSL");
		}
		try {
			return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The embedded Redis could not be unpacked", ex);
		}
	}

	private static Path temporaryDirectory() {
		try {
			return Files.createTempDirectory("jobs-redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A port that nobody listens on.
	 * @return the port
	 */
	public static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
