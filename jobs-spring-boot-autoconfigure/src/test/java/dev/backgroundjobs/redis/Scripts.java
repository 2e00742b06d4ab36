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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.core.script.DigestUtils;

/**
 * Runs scripts on a server by their digest, and loads those it does not know. A character
 * of a string is a byte here, so that records can be written as strings.
 */
class Scripts implements AutoCloseable {

	private static final RedisClient CLIENT = RedisClient.create();

	private static final StringCodec BYTES = new StringCodec(StandardCharsets.ISO_8859_1);

	private final RedisServer server;

	private final StatefulRedisConnection<String, String> connection;

	private final @Nullable Mutation mutation = Mutation.chosen();

	Scripts(RedisServer server) {
		this.server = server;
		this.connection = CLIENT.connect(BYTES, server.uri());
	}

	ScriptReply run(RedisScript script, byte[][] keys, String... arguments) {
		String[] names = Arrays.stream(keys)
			.map((key) -> new String(key, StandardCharsets.ISO_8859_1))
			.toArray(String[]::new);
		String source = source(script);
		String sha = (this.mutation != null) ? DigestUtils.sha1DigestAsHex(source) : script.sha();
		try {
			return evaluate(sha, names, arguments);
		}
		catch (RedisNoScriptException ex) {
			redis().scriptLoad(source.getBytes(StandardCharsets.UTF_8));
			return evaluate(sha, names, arguments);
		}
	}

	private String source(RedisScript script) {
		Mutation chosen = this.mutation;
		return (chosen != null) ? chosen.in(script) : new String(script.source(), StandardCharsets.UTF_8);
	}

	private ScriptReply evaluate(String sha, String[] keys, String... arguments) {
		List<Object> parts = redis().evalsha(sha, ScriptOutputType.MULTI, keys, arguments);
		return new ScriptReply(parts);
	}

	RedisCommands<String, String> redis() {
		return this.connection.sync();
	}

	StatefulRedisPubSubConnection<String, String> subscriber() {
		return CLIENT.connectPubSub(BYTES, this.server.uri());
	}

	@Override
	public void close() {
		this.connection.close();
	}

}
