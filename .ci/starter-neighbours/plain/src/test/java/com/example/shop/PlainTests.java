package com.example.shop;

import java.time.Duration;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "spring.main.lazy-initialization=true")
class PlainTests {

	@Autowired
	private Mails mails;

	@Test
	void jobsRunInLazyApplicationWithTheStarterAlone() {
		for (String absent : new String[] { "io.micrometer.core.instrument.MeterRegistry",
				"org.springframework.boot.actuate.endpoint.annotation.Endpoint",
				"org.springframework.boot.health.contributor.Health", "org.springframework.web.client.RestClient",
				"jakarta.servlet.Servlet" }) {
			assertThat(ClassUtils.isPresent(absent, null)).as(absent).isFalse();
		}
		JobHandle<Void> job = this.mails.sendWelcome(new Mails.Customer("Ada", 1));
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> job.state() == JobState.SUCCEEDED);
	}

}
