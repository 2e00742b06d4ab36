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

import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.RecurringJob;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Service;

/**
 * Tells the team each night how many addresses are verified, if that has changed. Here a
 * night is ten seconds.
 */
@Service
public class SignupDigest {

	private final Signups signups;

	private final JavaMailSender sender;

	private final StringRedisTemplate redis;

	private final String key;

	SignupDigest(Signups signups, JavaMailSender sender, StringRedisTemplate redis,
			@Value("${spring.application.name}") String application) {
		this.signups = signups;
		this.sender = sender;
		this.redis = redis;
		this.key = application + ":digest";
	}

	/**
	 * Send it.
	 */
	@RecurringJob(id = "nightly-digest", cron = "${sample.digest.cron}", zone = "Europe/Berlin")
	public void send() {
		String verified = String.valueOf(this.signups.figures().verified());
		String told = this.redis.opsForValue().get(this.key);
		if (verified.equals((told != null) ? told : "0")) {
			return;
		}
		this.sender.send((message) -> {
			MimeMessageHelper mail = new MimeMessageHelper(message);
			mail.setFrom("sign-up@sample.example");
			mail.setTo("team@sample.example");
			mail.setSubject("Last night's digest");
			mail.setText("Verified addresses: " + verified);
			// should the job run twice, mail programs show one mail
			message.setHeader("Message-ID", "<" + JobContext.current().id() + "@sample.example>");
		});
		this.redis.opsForValue().set(this.key, verified);
	}

}
