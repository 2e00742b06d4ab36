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

import java.net.URI;

import dev.backgroundjobs.JobHandle;
import dev.backgroundjobs.JobsNotEnqueuedException;
import dev.backgroundjobs.sample.job.AcceptedJob;
import dev.backgroundjobs.sample.job.SubmittedJobs;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Signing up: answered at once, the mail follows.
 */
@RestController
final class SignupController {

	private final Signups signups;

	private final SignupService service;

	private final SubmittedJobs submitted;

	SignupController(Signups signups, SignupService service, SubmittedJobs submitted) {
		this.signups = signups;
		this.service = service;
		this.submitted = submitted;
	}

	@PostMapping("/api/signups")
	ResponseEntity<AcceptedJob> signUp(@RequestBody SignupRequest request) {
		String email = validated(request.email());
		JobHandle<Void> job = this.service.signUp(email);
		return this.submitted.accepted(job, "Verification mail to " + email);
	}

	@GetMapping("/api/signups")
	Signups.Figures figures() {
		return this.signups.figures();
	}

	@GetMapping("/signups/verify")
	ResponseEntity<Void> verify(@RequestParam String code) {
		URI page = URI.create(this.signups.verify(code) ? "/?verified=yes" : "/?verified=no");
		return ResponseEntity.status(HttpStatus.SEE_OTHER).location(page).build();
	}

	@ExceptionHandler(DuplicateKeyException.class)
	ProblemDetail signedUpBefore() {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT,
				"This address has signed up before. The transaction was rolled back, so there is no second mail");
	}

	@ExceptionHandler(JobsNotEnqueuedException.class)
	ProblemDetail savedWithoutMail() {
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				"Redis is away. The sign-up is saved, its mail is not enqueued: sign up again in a minute");
	}

	private static String validated(@Nullable String email) {
		String text = (email != null) ? email.strip() : "";
		try {
			InternetAddress address = new InternetAddress(text, true);
			if (text.length() <= 254 && text.equals(address.getAddress())) {
				return text;
			}
		}
		catch (AddressException ex) {
			// the answer below says what the caller can use
		}
		throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'email' must be an e-mail address");
	}

	record SignupRequest(@Nullable String email) {

	}

}
