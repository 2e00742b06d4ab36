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

package dev.backgroundjobs.redis;

import dev.backgroundjobs.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Looks at the whole shared Redis after every test of every class: JUnit finds it by
 * itself. A test that breaks data on purpose says so with {@link BreaksData}.
 */
public final class KeyspaceExtension implements AfterEachCallback, AfterAllCallback {

	/** Of this process: what was left once stays, whatever runs of JUnit come after. */
	private static @Nullable Keyspace shared;

	@Override
	public void afterEach(ExtensionContext context) {
		RedisServer server = RedisServer.sharedIfStarted();
		if (server == null) {
			return;
		}
		Keyspace keyspace = keyspace(server);
		if (context.getExecutionException().isPresent() || breaksData(context)) {
			keyspace.leave();
			return;
		}
		try {
			keyspace.check();
		}
		catch (AssertionError ex) {
			// once is enough
			keyspace.leave();
			throw ex;
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		RedisServer server = RedisServer.sharedIfStarted();
		if (server != null) {
			keyspace(server).leave();
		}
	}

	private static synchronized Keyspace keyspace(RedisServer server) {
		Keyspace keyspace = shared;
		if (keyspace == null) {
			keyspace = new Keyspace(server);
			shared = keyspace;
		}
		return keyspace;
	}

	private static boolean breaksData(ExtensionContext context) {
		return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), BreaksData.class)
				|| AnnotationSupport.isAnnotated(context.getRequiredTestClass(), BreaksData.class);
	}

}
