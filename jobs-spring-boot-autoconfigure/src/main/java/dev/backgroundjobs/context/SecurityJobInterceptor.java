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

package dev.backgroundjobs.context;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import dev.backgroundjobs.JobCall;
import dev.backgroundjobs.JobExecution;
import dev.backgroundjobs.JobInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.security.authentication.AccountStatusUserDetailsChecker;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;

/**
 * Lets a job run as the user who called it. Only the user's name travels, no credentials
 * and no authorities: these are asked of the application's {@link UserDetailsService} at
 * each attempt, where a user who is gone or locked fails the attempt. Without such a
 * service the user has no authorities.
 */
public final class SecurityJobInterceptor implements JobInterceptor, Ordered {

	private static final String HEADER = "security.user";

	private final Supplier<@Nullable UserDetailsService> users;

	private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

	private final AccountStatusUserDetailsChecker status = new AccountStatusUserDetailsChecker();

	/**
	 * Create an interceptor.
	 * @param users finds who knows the users, or {@code null}
	 */
	public SecurityJobInterceptor(Supplier<@Nullable UserDetailsService> users) {
		this.users = users;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 100;
	}

	@Override
	public void enqueue(JobCall call, EnqueueChain chain) {
		Authentication caller = SecurityContextHolder.getContext().getAuthentication();
		if (this.trust.isAuthenticated(caller)) {
			call.header(HEADER, caller.getName());
		}
		chain.proceed();
	}

	@Override
	public void execute(JobExecution job, ExecutionChain chain) throws Throwable {
		SecurityContext before = SecurityContextHolder.getContext();
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		String name = job.headers().get(HEADER);
		if (name != null) {
			context.setAuthentication(authentication(name));
		}
		SecurityContextHolder.setContext(context);
		try {
			chain.proceed();
		}
		finally {
			restore(before);
		}
	}

	private Authentication authentication(String name) {
		UserDetailsService known = this.users.get();
		if (known == null) {
			return authenticated(name, List.of());
		}
		UserDetails user = known.loadUserByUsername(name);
		this.status.check(user);
		return authenticated(user, user.getAuthorities());
	}

	private static Authentication authenticated(Object user, Collection<? extends GrantedAuthority> authorities) {
		return UsernamePasswordAuthenticationToken.authenticated(user, null, authorities);
	}

	private static void restore(SecurityContext before) {
		if (before.getAuthentication() != null) {
			SecurityContextHolder.setContext(before);
		}
		else {
			SecurityContextHolder.clearContext();
		}
	}

}
