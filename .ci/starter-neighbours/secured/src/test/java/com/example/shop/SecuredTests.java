package com.example.shop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=health,backgroundjobs,metrics",
				"spring.security.user.name=ada", "spring.security.user.password=secret" })
class SecuredTests {

	@LocalServerPort
	private int port;

	@Autowired
	private Mails mails;

	@Test
	void jobsRunAndOnlyHealthIsOpenToEverybody() throws Exception {
		JobHandle<Void> job = this.mails.sendWelcome(new Mails.Customer("Ada", 3));
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> job.state() == JobState.SUCCEEDED);
		// a worker is known to the deployment from its first heartbeat on
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(get("/actuator/health/workers", "").statusCode()).isEqualTo(200));
		for (String path : new String[] { "/actuator/backgroundjobs", "/actuator/backgroundjobs/jobs/" + job.id(),
				"/actuator/metrics/background.jobs.execution" }) {
			assertThat(get(path, "").statusCode()).as(path).isEqualTo(401);
			assertThat(get(path, "ada:secret").statusCode()).as(path).isEqualTo(200);
		}
	}

	private HttpResponse<String> get(String path, String user) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
		if (!user.isEmpty()) {
			request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes()));
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
