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

package dev.backgroundjobs.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.backgroundjobs.testing.RedisServer;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker in a JVM of its own, which can be killed.
 */
public final class WorkerProcess implements AutoCloseable {

	private final Process process;

	private final Path log;

	private WorkerProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Start a worker.
	 * @param redis its Redis
	 * @param properties its properties
	 */
	static WorkerProcess start(RedisServer redis, String... properties) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-cp",
						System.getProperty("java.class.path"), "-XX:TieredStopAtLevel=1", WorkerProcess.class.getName(),
						"--spring.data.redis.host=" + redis.host(), "--spring.data.redis.port=" + redis.port()));
		command.addAll(List.of(properties));
		Path log = Files.createTempFile("worker", ".log");
		return new WorkerProcess(
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
	}

	/**
	 * End the process as SIGKILL does.
	 */
	void kill() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

	/**
	 * Ask the process to end, as SIGTERM does.
	 */
	Process terminate() {
		this.process.destroy();
		return this.process;
	}

	/**
	 * Send a signal.
	 * @param name {@code STOP} freezes the process, {@code CONT} lets it go on
	 */
	void signal(String name) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().waitFor();
	}

	/**
	 * Wait until the process ends by itself.
	 * @return its exit code
	 */
	int awaitEnd(Duration timeout) throws InterruptedException {
		assertThat(this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)).as("ended").isTrue();
		return this.process.exitValue();
	}

	String log() throws IOException {
		return Files.readString(this.log);
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		kill();
	}

	public static void main(String[] arguments) {
		new SpringApplicationBuilder(JournalJobs.Configuration.class).web(WebApplicationType.NONE).run(arguments);
	}

}
