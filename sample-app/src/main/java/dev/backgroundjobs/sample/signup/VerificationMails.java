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

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;

import org.springframework.core.env.Environment;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Service;

/**
 * Sends verification mails, in the background.
 */
@Service
public class VerificationMails {

	private final JavaMailSender sender;

	private final Environment environment;

	VerificationMails(JavaMailSender sender, Environment environment) {
		this.sender = sender;
		this.environment = environment;
	}

	/**
	 * Send a mail with a link.
	 * @param email the address
	 * @param code what the link carries
	 * @return the job
	 */
	@BackgroundJob(queue = "mail", timeout = "30s")
	@JobRetry(maxRetries = 5, delay = "2s")
	public JobHandle<Void> send(String email, String code) {
		this.sender.send((message) -> {
			MimeMessageHelper mail = new MimeMessageHelper(message);
			mail.setFrom("sign-up@sample.example");
			mail.setTo(email);
			mail.setSubject("Please verify your address");
			mail.setText("Open this link to finish your sign-up: " + link(code));
			// should the job run twice, mail programs show one mail
			message.setHeader("Message-ID", "<" + JobContext.current().id() + "@sample.example>");
		});
		return JobHandle.completed();
	}

	private String link(String code) {
		// the port of a test is known only now
		return this.environment.getRequiredProperty("sample.url") + "/signups/verify?code=" + code;
	}

}
