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

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.backgroundjobs.sample.SampleProperties;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A mail server inside the web process, which delivers to nobody.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class MailServerConfiguration {

	@Bean(initMethod = "start", destroyMethod = "stop")
	GreenMail mailServer(SampleProperties properties) {
		return new GreenMail(new ServerSetup(properties.smtpPort(), "localhost", ServerSetup.PROTOCOL_SMTP));
	}

}
