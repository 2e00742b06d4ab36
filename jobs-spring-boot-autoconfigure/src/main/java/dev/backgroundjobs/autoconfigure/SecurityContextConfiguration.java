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

import dev.backgroundjobs.context.SecurityJobInterceptor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.UserDetailsService;

/**
 * Lets jobs run as the users who called them, where that is wanted.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(UserDetailsService.class)
@ConditionalOnBooleanProperty("background-jobs.context.security")
class SecurityContextConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SecurityJobInterceptor backgroundJobsSecurityInterceptor(ObjectProvider<UserDetailsService> users) {
		return new SecurityJobInterceptor(users::getIfUnique);
	}

}
