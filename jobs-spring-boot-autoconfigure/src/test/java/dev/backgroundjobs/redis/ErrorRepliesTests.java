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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.backgroundjobs.testing.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Each error reply as the server at hand really sends it: it stands in the table, and is
 * understood.
 */
class ErrorRepliesTests {

	private static final String WRITE = "return redis.call('HSET', KEYS[1], 'a', 1)";

	private final RedisServer server = RedisServer.start("--dbfilename", "dump");

	private final RedisClient client = RedisClient.create(this.server.uri());

	private RedisCommands<String, String> redis;

	@BeforeEach
	void connect() {
		this.redis = this.client.connect().sync();
	}

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ZERO);
		this.server.close();
	}

	@Test
	void full() {
		this.redis.configSet("maxmemory", "1");
		ErrorReplies.assertRefused(RedisFault.OUT_OF_MEMORY, "OOM", this::write);
		ErrorReplies.assertRefused(RedisFault.OUT_OF_MEMORY, "OOM", () -> this.redis.hset("x", "a", "1"));
	}

	@Test
	void replica() {
		this.redis.replicaof("127.0.0.1", 1);
		ErrorReplies.assertRefused(RedisFault.NOT_MASTER, "READONLY", this::write);
		ErrorReplies.assertRefused(RedisFault.NOT_MASTER, "READONLY", () -> this.redis.hset("x", "a", "1"));
		this.redis.configSet("replica-serve-stale-data", "no");
		ErrorReplies.assertRefused(RedisFault.NOT_MASTER, "MASTERDOWN", this::write);
	}

	@Test
	void becomesAReplicaWhileSomebodyWaits() {
		ErrorReplies.assertRefused(RedisFault.NOT_MASTER, "UNBLOCKED", () -> {
			try (StatefulRedisConnection<String, String> waiting = this.client.connect()) {
				var popped = waiting.async().blpop(20, "nothing");
				await().until(() -> this.redis.info("clients").contains("blocked_clients:1"));
				this.redis.replicaof("127.0.0.1", 1);
				popped.toCompletableFuture().join();
			}
		});
	}

	@Test
	void tooFewReplicas() {
		this.redis.configSet("min-replicas-to-write", "1");
		ErrorReplies.assertRefused(RedisFault.LATER, "NOREPLICAS", this::write);
		ErrorReplies.assertRefused(RedisFault.LATER, "NOREPLICAS", () -> this.redis.hset("x", "a", "1"));
	}

	@Test
	void diskCannotBeWrittenTo() throws IOException {
		// the file of the dump cannot replace a folder
		Files.createDirectory(Path.of(this.redis.configGet("dir").get("dir"), "dump"));
		this.redis.configSet("save", "3600 1");
		this.redis.bgsave();
		await().until(() -> this.redis.info("persistence").contains("rdb_last_bgsave_status:err"));
		ErrorReplies.assertRefused(RedisFault.LATER, "MISCONF", this::write);
		ErrorReplies.assertRefused(RedisFault.LATER, "MISCONF", () -> this.redis.hset("x", "a", "1"));
	}

	@Test
	void busyWithAScript() {
		this.redis.configSet("lua-time-limit", "20");
		try (StatefulRedisConnection<String, String> other = this.client.connect()) {
			var endless = other.async().eval("while true do end", ScriptOutputType.STATUS);
			await().ignoreExceptions()
				.untilAsserted(() -> ErrorReplies.assertRefused(RedisFault.LATER, "BUSY", this::write));
			this.redis.scriptKill();
			ErrorReplies.assertRefused(RedisFault.LATER, "Script killed", () -> endless.toCompletableFuture().join());
		}
	}

	@Test
	void loadsItsData() {
		try (RedisServer master = RedisServer.start()) {
			RedisClient other = RedisClient.create(master.uri());
			RedisCommands<String, String> full = other.connect().sync();
			full.configSet("rdbcompression", "no");
			full.eval("for k = 1, 1000 do redis.call('SET', 'key' .. k, string.rep('x', 10000)) end return 'OK'",
					ScriptOutputType.STATUS);
			this.redis.configSet("key-load-delay", "1000");
			this.redis.replicaof("127.0.0.1", master.port());
			await().pollInterval(Duration.ofMillis(20))
				.ignoreExceptionsMatching((ex) -> !(ex instanceof InterruptedException))
				.untilAsserted(() -> ErrorReplies.assertRefused(RedisFault.LATER, "LOADING", this::write));
			other.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	@Test
	void clusterHasNoSlots() {
		try (RedisServer node = RedisServer.startClusterNode()) {
			RedisClient other = RedisClient.create(node.uri());
			ErrorReplies.assertRefused(RedisFault.LATER, "CLUSTERDOWN", () -> write(other.connect().sync()));
			other.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	@Test
	void wantsAPassword() {
		this.redis.configSet("requirepass", "secret");
		// a handshake would be refused, and the driver may hear of the closed connection
		// before it hears why
		this.client.setOptions(ClientOptions.builder()
			.protocolVersion(ProtocolVersion.RESP2)
			.pingBeforeActivateConnection(false)
			.build());
		RedisCommands<String, String> stranger = connectAs(null, "");
		ErrorReplies.assertRefused(RedisFault.DENIED, "NOAUTH", stranger::ping);
		ErrorReplies.assertRefused(RedisFault.DENIED, "WRONGPASS", () -> stranger.auth("wrong"));
		ErrorReplies.assertRefused(RedisFault.DENIED, "WRONGPASS", () -> stranger.auth("nobody", "wrong"));
	}

	@Test
	void userMayNot() {
		acl("resetkeys", "~jobs", "-@all", "+ping", "+hello", "+auth", "+client", "+eval");
		RedisCommands<String, String> jobs = connectAs("jobs", "secret");
		ErrorReplies.assertRefused(RedisFault.NOT_PERMITTED, "NOPERM",
				() -> jobs.evalsha("0".repeat(40), ScriptOutputType.STATUS, "jobs"));
		ErrorReplies.assertRefused(RedisFault.NOT_PERMITTED, "NOPERM", () -> write(jobs));
		ErrorReplies.assertRefused(RedisFault.SCRIPT_NOT_PERMITTED, "can't run this command",
				() -> jobs.eval(WRITE, ScriptOutputType.INTEGER, "jobs"));
		acl("+hset", "+publish", "resetchannels");
		ErrorReplies.assertRefused(RedisFault.SCRIPT_NOT_PERMITTED, "can't access at least one of the keys",
				() -> jobs.eval("return redis.call('HSET', 'x', 'a', 1)", ScriptOutputType.INTEGER, "jobs"));
		ErrorReplies.assertRefused(RedisFault.NOT_PERMITTED, "channels", () -> jobs.publish("x", "y"));
	}

	@Test
	void brokenDataAndScripts() {
		this.redis.set("x", "no hash");
		ErrorReplies.assertRefused(RedisFault.WRONG_TYPE, "WRONGTYPE", this::write);
		ErrorReplies.assertRefused(RedisFault.BROKEN, "attempt to concatenate",
				() -> this.redis.eval("return nil .. 'x'", ScriptOutputType.VALUE));
		ErrorReplies.assertRefused(RedisFault.BROKEN, "Error compiling script",
				() -> this.redis.eval("retur x(", ScriptOutputType.VALUE));
	}

	@Test
	void noAnswerAndNoConnection() {
		StatefulRedisConnection<String, String> impatient = this.client.connect();
		impatient.setTimeout(Duration.ofMillis(100));
		this.server.signal("STOP");
		assertThat(fault(() -> impatient.sync().ping())).isEqualTo(RedisFault.NO_ANSWER);
		this.server.kill();
		assertThat(fault(() -> connectAs(null, ""))).isEqualTo(RedisFault.NOT_SENT);
	}

	@Test
	void tooManyCallsAtOnce() {
		this.client.setOptions(ClientOptions.builder().requestQueueSize(2).build());
		RedisAsyncCommands<String, String> many = this.client.connect().async();
		this.server.signal("STOP");
		List<RedisFuture<String>> calls = Stream.generate(many::ping).limit(20).toList();
		await().until(() -> calls.get(19).isDone());
		assertThat(calls.get(19).getError()).contains("size exceeded: 2");
		assertThat(fault(() -> calls.get(19).toCompletableFuture().join())).isEqualTo(RedisFault.LATER);
		this.server.signal("CONT");
		assertThat(calls.get(0).toCompletableFuture().join()).isEqualTo("PONG");
	}

	private static RedisFault fault(Runnable call) {
		try {
			call.run();
			throw new AssertionError("No failure");
		}
		catch (RuntimeException ex) {
			return RedisFault.of(ex);
		}
	}

	private void write() {
		write(this.redis);
	}

	private static void write(RedisCommands<String, String> redis) {
		redis.eval(WRITE, ScriptOutputType.INTEGER, "x");
	}

	private void acl(String... rules) {
		List<String> command = Stream.concat(Stream.of("jobs", "on", ">secret"), Stream.of(rules)).toList();
		var arguments = new CommandArgs<>(StringCodec.UTF8).add("SETUSER");
		command.forEach(arguments::add);
		this.redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
	}

	private RedisCommands<String, String> connectAs(@Nullable String user, String password) {
		RedisURI.Builder uri = RedisURI.builder(this.server.uri());
		if (user != null) {
			uri.withAuthentication(user, password);
		}
		else if (!password.isEmpty()) {
			uri.withPassword(password.toCharArray());
		}
		return this.client.connect(uri.build()).sync();
	}

}
