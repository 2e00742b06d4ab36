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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.util.GreenMail;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;

/**
 * The mails that have arrived at the mail server.
 */
@Component
@ConditionalOnWebApplication
final class Inbox {

	private static final int LATEST = 50;

	private final GreenMail server;

	Inbox(GreenMail server) {
		this.server = server;
	}

	/**
	 * The latest mails.
	 * @return the mails, newest first
	 */
	List<Mail> latest() {
		return this.server.getManagers()
			.getImapHostManager()
			.getAllMessages()
			.stream()
			.sorted(Comparator.comparing(StoredMessage::getReceivedDate).reversed())
			.limit(LATEST)
			.map(Inbox::mail)
			.toList();
	}

	private static Mail mail(StoredMessage stored) {
		MimeMessage message = stored.getMimeMessage();
		try {
			return new Mail(InternetAddress.toString(message.getRecipients(Message.RecipientType.TO)),
					message.getSubject(), String.valueOf(message.getContent()).strip(),
					stored.getReceivedDate().toInstant());
		}
		catch (MessagingException ex) {
			throw new IllegalStateException("A mail cannot be read", ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("A mail cannot be read", ex);
		}
	}

	/**
	 * A mail.
	 *
	 * @param to who it is for
	 * @param subject its subject
	 * @param text its text
	 * @param receivedAt when it arrived
	 */
	record Mail(String to, String subject, String text, Instant receivedAt) {

	}

}
