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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * A Redis for trying the sample. It writes to disk like one of production, so that the
 * start does not warn of it, and is thrown away with the application. It runs as a
 * daemon, because a child would get the Ctrl+C too and be gone before the workers have
 * put their jobs back.
 */
public final class EmbeddedRedis implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedis.class);

	private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

	private static final RetryTemplate UNTIL_IT_ANSWERS = new RetryTemplate(
			RetryPolicy.builder().maxRetries(200).delay(Duration.ofMillis(50)).build());

	private final int port;

	private final Path directory;

	private EmbeddedRedis(int port, Path directory) {
		this.port = port;
		this.directory = directory;
	}

	/**
	 * Start a server.
	 * @param wantedPort its port; when that is taken, a free one is used
	 * @return the server, which answers
	 * @throws EmbeddedRedisException if there is none for this system or it does not
	 * start
	 */
	static EmbeddedRedis start(int wantedPort) {
		refuseWindows(System.getProperty("os.name"));
		int port = isFree(wantedPort) ? wantedPort : freePort();
		if (port != wantedPort) {
			logger.warn("Port {} is taken, so the embedded Redis listens on port {}: set sample.embedded-redis.port, "
					+ "or spring.data.redis.port to use the Redis that is there", wantedPort, port);
		}
		EmbeddedRedis redis = new EmbeddedRedis(port, temporaryDirectory());
		try {
			redis.run();
		}
		catch (RuntimeException ex) {
			redis.close();
			throw ex;
		}
		logger.info("Embedded Redis listens on port {}; it keeps nothing when the application stops", port);
		return redis;
	}

	static void refuseWindows(String system) {
		if (system.toLowerCase(Locale.ROOT).contains("windows")) {
			throw new EmbeddedRedisException("The embedded Redis for Windows is version 5.0, which is too old.", null);
		}
	}

	private void run() {
		Path log = this.directory.resolve("redis.log");
		try {
			String executable = ExecutableProvider.newJarResourceProvider(this.directory.toFile())
				.get()
				.getAbsolutePath();
			int exit = new ProcessBuilder(List.of(executable, "--port", String.valueOf(this.port), "--bind",
					LOOPBACK.getHostAddress(), "--save", "", "--appendonly", "yes", "--dir", this.directory.toString(),
					"--daemonize", "yes", "--pidfile", pidFile().toString(), "--logfile", log.toString()))
				.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("output.log").toFile())
				.start()
				.waitFor();
			if (exit != 0) {
				throw new EmbeddedRedisException("The embedded Redis does not run on this system: "
						+ Files.readString(this.directory.resolve("output.log")).strip(), null);
			}
			UNTIL_IT_ANSWERS.execute(this::ping);
		}
		catch (IOException | RetryException ex) {
			throw new EmbeddedRedisException("The embedded Redis did not start.", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new EmbeddedRedisException("The start of the embedded Redis was interrupted.", ex);
		}
	}

	private boolean ping() throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(LOOPBACK, this.port), 1000);
			socket.setSoTimeout(1000);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
			if (!answer.equals("+PONG")) {
				throw new IOException("Port " + this.port + " answers " + answer);
			}
			return true;
		}
	}

	/**
	 * The port it listens on.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		try {
			if (Files.exists(pidFile())) {
				ProcessHandle.of(Long.parseLong(Files.readString(pidFile()).strip())).ifPresent(EmbeddedRedis::end);
			}
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			logger.warn("The embedded Redis left files in {}", this.directory, ex);
		}
	}

	private static void end(ProcessHandle process) {
		process.destroy();
		process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
	}

	private Path pidFile() {
		return this.directory.resolve("redis.pid");
	}

	private static Path temporaryDirectory() {
		try {
			return Files.createTempDirectory("jobs-sample-redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
