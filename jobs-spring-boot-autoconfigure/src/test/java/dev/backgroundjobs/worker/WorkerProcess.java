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
import java.util.ArrayList;
import java.util.List;

import dev.backgroundjobs.testing.RedisServer;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * A worker in a JVM of its own, which can be killed.
 */
public final class WorkerProcess implements AutoCloseable {

	private final Process process;

	private WorkerProcess(Process process) {
		this.process = process;
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
		File log = File.createTempFile("worker", ".log");
		return new WorkerProcess(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start());
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
