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

package dev.backgroundjobs.autoconfigure;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.PreflightFinding;
import dev.backgroundjobs.redis.PreflightFailedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong with Redis and what to do about it.
 */
final class PreflightFailureAnalyzer extends AbstractFailureAnalyzer<PreflightFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PreflightFailedException cause) {
		List<PreflightFinding> findings = cause.getFindings();
		return new FailureAnalysis(
				"Redis is not as background jobs need it:\n\n"
						+ lines(findings, (finding) -> finding.found() + ": " + finding.consequence()),
				"Correct it:\n\n" + lines(findings, PreflightFinding::cure) + alternatives(findings), cause);
	}

	private static String lines(List<PreflightFinding> findings, Function<PreflightFinding, String> text) {
		return findings.stream()
			.map((finding) -> "    - " + finding.check() + ": " + text.apply(finding))
			.collect(Collectors.joining("\n"));
	}

	private static String alternatives(List<PreflightFinding> findings) {
		if (findings.stream().anyMatch((finding) -> finding.check().equals("connection"))) {
			return "\n\nTo start without Redis, leave background-jobs.fail-fast and background-jobs.preflight.mode unset.";
		}
		return findings.stream().anyMatch(PreflightFinding::fatal) ? ""
				: "\n\nTo start nevertheless, set background-jobs.preflight.mode=warn.";
	}

}
