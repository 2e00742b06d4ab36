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

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backgroundjobs.testing.RedisServer;

/**
 * Stands between a client and its Redis, and while the test says so has scripts refused
 * with any error: Redis is asked for the error instead of the script, so that replies
 * keep their order.
 */
class RefusingProxy implements AutoCloseable {

	private final RedisServer server;

	private final ServerSocket socket;

	private final Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();

	private volatile Set<RedisScript> scripts = Set.of();

	private volatile String error = "";

	RefusingProxy(RedisServer server) throws IOException {
		this.server = server;
		this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		daemon(this::accept);
	}

	int port() {
		return this.socket.getLocalPort();
	}

	void refuse(Set<RedisScript> some, String text) {
		this.refused.clear();
		this.error = text;
		this.scripts = EnumSet.copyOf(some);
	}

	void refuseNothing() {
		this.scripts = Set.of();
	}

	/**
	 * How often a script has been refused since the test last said what to refuse.
	 */
	int refused(RedisScript script) {
		AtomicInteger times = this.refused.get(script.sha());
		return (times != null) ? times.get() : 0;
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				Socket redis = new Socket(this.server.host(), this.server.port());
				daemon(() -> copyReplies(redis, client));
				daemon(() -> copyCalls(client, redis));
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private static void copyReplies(Socket redis, Socket client) {
		try (redis; client) {
			redis.getInputStream().transferTo(client.getOutputStream());
		}
		catch (IOException ex) {
			// the other end is closed
		}
	}

	private void copyCalls(Socket client, Socket redis) {
		try (client; redis) {
			InputStream in = new BufferedInputStream(client.getInputStream());
			OutputStream out = redis.getOutputStream();
			for (List<byte[]> call = read(in); !call.isEmpty(); call = read(in)) {
				out.write(encode(isRefused(call) ? refusal() : call));
			}
		}
		catch (IOException ex) {
			// the other end is closed
		}
	}

	private boolean isRefused(List<byte[]> call) {
		if (!text(call.get(0)).equalsIgnoreCase("EVALSHA")) {
			return false;
		}
		String sha = text(call.get(1));
		if (this.scripts.stream().noneMatch((script) -> script.sha().equals(sha))) {
			return false;
		}
		this.refused.computeIfAbsent(sha, (key) -> new AtomicInteger()).incrementAndGet();
		return true;
	}

	private List<byte[]> refusal() {
		return List.of(bytes("EVAL"), bytes("return redis.error_reply(ARGV[1])"), bytes("0"), bytes(this.error));
	}

	/**
	 * Read one call.
	 * @return its words; none at the end
	 */
	private static List<byte[]> read(InputStream in) throws IOException {
		String header = line(in);
		List<byte[]> call = new ArrayList<>();
		int words = header.isEmpty() ? 0 : Integer.parseInt(header.substring(1));
		for (int k = 0; k < words; k++) {
			int length = Integer.parseInt(line(in).substring(1));
			call.add(in.readNBytes(length));
			in.skipNBytes(2);
		}
		return call;
	}

	private static String line(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
			line.write(next);
		}
		return line.toString(StandardCharsets.UTF_8).trim();
	}

	private static byte[] encode(List<byte[]> call) throws IOException {
		ByteArrayOutputStream encoded = new ByteArrayOutputStream();
		encoded.write(bytes("*" + call.size() + "\r\n"));
		for (byte[] word : call) {
			encoded.write(bytes("$" + word.length + "\r\n"));
			encoded.write(word);
			encoded.write(bytes("\r\n"));
		}
		return encoded.toByteArray();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
