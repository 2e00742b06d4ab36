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

package dev.backgroundjobs.sample.image;

import dev.backgroundjobs.BackgroundJob;
import dev.backgroundjobs.JobContext;
import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobRetry;

import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Service;

/**
 * Tells by mail that an image is there in all sizes: the last step of an upload.
 */
@Service
public class ImageNotices {

	private final JavaMailSender sender;

	ImageNotices(JavaMailSender sender) {
		this.sender = sender;
	}

	/**
	 * Send a mail.
	 * @param image the image
	 * @return the job
	 */
	@BackgroundJob(queue = "mail", timeout = "30s")
	@JobRetry(maxRetries = 5, delay = "2s")
	public JobHandle<Void> send(PreparedImage image) {
		this.sender.send((message) -> {
			MimeMessageHelper mail = new MimeMessageHelper(message);
			mail.setFrom("images@sample.example");
			mail.setTo("uploads@sample.example");
			mail.setSubject("An image is ready");
			mail.setText(image.name() + " is there in all sizes");
			// should the job run twice, mail programs show one mail
			message.setHeader("Message-ID", "<" + JobContext.current().id() + "@sample.example>");
		});
		return JobHandle.completed();
	}

}
