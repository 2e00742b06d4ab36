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

package dev.backgroundjobs.sample.signup;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobState;
import dev.backgroundjobs.autoconfigure.JobsAutoConfiguration;
import dev.backgroundjobs.autoconfigure.JobsTestModesAutoConfiguration;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;
import org.mockito.BDDMockito;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessagePreparator;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The mail's job as a plain call, without Redis.
 */
@SpringBootTest(classes = VerificationMails.class, webEnvironment = WebEnvironment.NONE,
		properties = { "background-jobs.mode=inline", "sample.url=https://shop.example" })
@ImportAutoConfiguration({ JacksonAutoConfiguration.class, JobsAutoConfiguration.class,
		JobsTestModesAutoConfiguration.class })
class VerificationMailsTests {

	@Autowired
	private VerificationMails mails;

	@MockitoBean
	private JavaMailSender sender;

	@Test
	void mailHasTheLinkAndTheJobsId() throws Exception {
		MimeMessage mail = new MimeMessage((Session) null);
		BDDMockito.willAnswer((sending) -> {
			sending.<MimeMessagePreparator>getArgument(0).prepare(mail);
			return null;
		}).given(this.sender).send(ArgumentMatchers.any(MimeMessagePreparator.class));
		JobHandle<Void> job = this.mails.send("ada@example.org", "code-1");
		assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
		assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly("ada@example.org");
		assertThat(mail.getContent()).asString().endsWith("https://shop.example/signups/verify?code=code-1");
		assertThat(mail.getHeader("Message-ID")).containsExactly("<" + job.id() + "@sample.example>");
	}

	@Test
	void failureIsTheCallers() {
		BDDMockito.willThrow(new MailSendException("no mail server"))
			.given(this.sender)
			.send(ArgumentMatchers.any(MimeMessagePreparator.class));
		assertThatExceptionOfType(MailSendException.class)
			.isThrownBy(() -> this.mails.send("ada@example.org", "code-2"))
			.withMessage("no mail server");
	}

}
