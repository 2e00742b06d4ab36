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

import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration.ClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration.DomainSocketConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration.SentinelConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;

/**
 * Says which servers a configuration means, so that those who share jobs can see whether
 * they do.
 */
final class Servers {

	private Servers() {
	}

	static String of(RedisConfiguration configuration) {
		if (configuration instanceof ClusterConfiguration cluster) {
			return "the Redis cluster of " + nodes(cluster.getClusterNodes());
		}
		if (configuration instanceof SentinelConfiguration sentinel) {
			return "Redis master '" + ((sentinel.getMaster() != null) ? sentinel.getMaster().getName() : "unknown")
					+ "' of the sentinels " + nodes(sentinel.getSentinels()) + database(configuration);
		}
		if (configuration instanceof RedisStaticMasterReplicaConfiguration several) {
			return "the Redis master of "
					+ join(several.getNodes().stream().map((node) -> node.getHostName() + ":" + node.getPort()))
					+ database(configuration);
		}
		if (configuration instanceof DomainSocketConfiguration socket) {
			return "Redis " + socket.getSocket() + database(configuration);
		}
		return "Redis " + RedisConfiguration.getHostOrElse(configuration, () -> "localhost") + ":"
				+ RedisConfiguration.getPortOrElse(configuration, () -> 6379) + database(configuration);
	}

	private static String nodes(Collection<RedisNode> nodes) {
		return join(nodes.stream().map(RedisNode::asString));
	}

	private static String join(Stream<String> nodes) {
		return nodes.sorted().collect(Collectors.joining(", "));
	}

	private static String database(RedisConfiguration configuration) {
		return "/" + RedisConfiguration.getDatabaseOrElse(configuration, () -> 0);
	}

}
