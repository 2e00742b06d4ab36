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

package dev.backgroundjobs.benchmarks;

import java.nio.file.Path;
import java.util.Map;

import dev.backgroundjobs.JobClient;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * Enqueues empty jobs and stops, or runs them until it is told to stop. What it has
 * measured it writes as JSON to a file.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class BenchmarkApplication {

	private static final String USAGE = "enq|par|bulk|kept|lat N WARM OUT, or: work proc|lat N CONCURRENCY OUT";

	@Bean
	static WelcomeJobs welcomeJobs(Tally tally) {
		return new WelcomeJobs(tally);
	}

	private static SpringApplicationBuilder application(Tally tally) {
		return new SpringApplicationBuilder(BenchmarkApplication.class)
			.initializers((context) -> context.getBeanFactory().registerSingleton("tally", tally));
	}

	private static void produce(String mode, int number, int warm, Path out) throws Exception {
		try (ConfigurableApplicationContext context = application(Tally.of("none", 0, out))
			.properties(Map.of("background-jobs.worker.enabled", false))
			.run()) {
			Producer producer = new Producer(context.getBean(WelcomeJobs.class), context.getBean(JobClient.class));
			new Results(out).write(producer.produce(mode, number, warm));
		}
	}

	private static void work(String mode, int number, int concurrency, Path out) {
		application(Tally.of(mode, number, out)).properties(Map.of("background-jobs.worker.concurrency", concurrency))
			.run();
	}

	public static void main(String[] arguments) throws Exception {
		if (arguments.length == 4) {
			produce(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
					Path.of(arguments[3]));
		}
		else if (arguments.length == 5 && arguments[0].equals("work")) {
			work(arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Path.of(arguments[4]));
		}
		else {
			throw new IllegalArgumentException(USAGE);
		}
	}

}
