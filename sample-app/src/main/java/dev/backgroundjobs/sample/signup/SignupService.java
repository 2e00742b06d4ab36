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

import java.util.UUID;

import dev.backgroundjobs.JobHandle;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Signs up in a transaction, with all that belongs to it or nothing.
 */
@Service
public class SignupService {

	private final Signups signups;

	private final VerificationMails mails;

	SignupService(Signups signups, VerificationMails mails) {
		this.signups = signups;
		this.mails = mails;
	}

	/**
	 * Sign up. The mail's job is enqueued once the transaction has committed: who reads
	 * the mail finds the sign-up. If the address has signed up before, the transaction is
	 * rolled back, and with it the call of the job.
	 * @param email the address
	 * @return the job that sends the verification mail
	 */
	@Transactional
	public JobHandle<Void> signUp(String email) {
		String code = UUID.randomUUID().toString();
		JobHandle<Void> mail = this.mails.send(email, code);
		this.signups.add(email, code);
		return mail;
	}

}
