package com.example.shop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import dev.backgroundjobs.JobClient;
import dev.backgroundjobs.JobState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = "management.endpoints.web.exposure.include=health,backgroundjobs")
@Import(WebFluxTests.Controller.class)
class WebFluxTests {

	@LocalServerPort
	private int port;

	@Autowired
	private JobClient jobs;

	@Autowired
	private ApplicationContext context;

	@Test
	void jobOfReactiveRequestRunsAndActuatorKnows() throws Exception {
		assertThat(this.context).isInstanceOf(ReactiveWebServerApplicationContext.class);
		String id = exchange("POST", "/customers").body();
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> this.jobs.find(id).state() == JobState.SUCCEEDED);
		assertThat(exchange("GET", "/actuator/health/workers").statusCode()).isEqualTo(200);
		assertThat(exchange("GET", "/actuator/health").statusCode()).isEqualTo(200);
		HttpResponse<String> queue = exchange("GET", "/actuator/backgroundjobs/queues/mail");
		assertThat(queue.statusCode()).isEqualTo(200);
		assertThat(queue.body()).contains("mail");
		assertThat(exchange("GET", "/actuator/backgroundjobs/jobs/" + id).body()).contains("Mails.sendWelcome");
		assertThat(exchange("GET", "/actuator/backgroundjobs/jobs/mail~0~none").statusCode()).isEqualTo(404);
	}

	private HttpResponse<String> exchange(String method, String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
				.method(method, HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	@RestController
	static class Controller {

		private final Mails mails;

		Controller(Mails mails) {
			this.mails = mails;
		}

		@PostMapping("/customers")
		Mono<String> add() {
			return Mono.fromCallable(() -> this.mails.sendWelcome(new Mails.Customer("Grace", 2)).id());
		}

	}

}
