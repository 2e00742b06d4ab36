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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

import dev.backgroundjobs.testing.RedisServer;

/**
 * Stands between a client and its Redis, and lets one reply get lost: the call has been
 * executed, the connection breaks, and there is no new one until the test says so. Or
 * silences the connections there are.
 */
class DeafeningProxy implements AutoCloseable {

	private final RedisServer server;

	private final ServerSocket socket;

	private volatile boolean deaf;

	/** Connections that were opened before this one are silent. */
	private volatile int firstHeard;

	private volatile int opened;

	DeafeningProxy(RedisServer server) throws IOException {
		this.server = server;
		this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		daemon(this::accept);
	}

	int port() {
		return this.socket.getLocalPort();
	}

	/**
	 * From now on every call is executed, and no reply arrives.
	 */
	void loseReplies() {
		this.deaf = true;
	}

	void hearAgain() {
		this.deaf = false;
	}

	/**
	 * From now on no reply arrives over the connections there are. They stay open, as
	 * behind a firewall that has forgotten them; new ones are like any other.
	 */
	void silenceConnections() {
		this.firstHeard = this.opened;
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				if (this.deaf) {
					client.close();
					continue;
				}
				Socket redis = new Socket(this.server.host(), this.server.port());
				int number = this.opened;
				this.opened = number + 1;
				daemon(() -> copy(client, redis, Integer.MAX_VALUE));
				daemon(() -> copy(redis, client, number));
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	/**
	 * Copy requests, or the replies of a connection.
	 */
	private void copy(Socket from, Socket to, int number) {
		boolean replies = number < Integer.MAX_VALUE;
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] bytes = new byte[8192];
			for (int read = in.read(bytes); read >= 0 && !(replies && this.deaf); read = in.read(bytes)) {
				if (number >= this.firstHeard) {
					out.write(bytes, 0, read);
				}
			}
		}
		catch (IOException ex) {
			// the other end is closed
		}
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
