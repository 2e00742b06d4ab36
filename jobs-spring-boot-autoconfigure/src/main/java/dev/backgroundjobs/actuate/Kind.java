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

package dev.backgroundjobs.actuate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * One kind of thing that the endpoint shows and changes. What a kind cannot do, it
 * refuses in words.
 */
interface Kind {

	/**
	 * How it is called in paths.
	 */
	String name();

	/**
	 * List things of this kind.
	 */
	default Object list(Page page) {
		throw refused("listed", "GET " + name() + "/{name} shows one");
	}

	/**
	 * Show one thing.
	 * @param name its name
	 * @param page which part of it, if it is a list itself
	 * @param showValues whether values may be shown
	 * @return its description, or {@code null} if there is no such thing
	 */
	default @Nullable Object read(String name, Page page, boolean showValues) {
		throw refused("read one by one", "GET " + name() + " lists them");
	}

	/**
	 * Change one thing.
	 * @param name its name
	 * @param state the wanted state
	 * @param selection what is meant by it, if it holds many things
	 * @return what came of it
	 */
	default ChangeDescriptor write(String name, String state, Selection selection) {
		throw refused("changed", "They are only read");
	}

	/**
	 * Delete one thing.
	 * @param name its name
	 * @param selection what is meant by it, if it holds many things
	 * @return what came of it
	 */
	default ChangeDescriptor delete(String name, Selection selection) {
		throw refused("deleted", "They are only read and changed");
	}

	private InvalidEndpointRequestException refused(String what, String instead) {
		return invalid("'" + name() + "' cannot be " + what + ". " + instead);
	}

	/**
	 * The wanted state is none of this kind.
	 */
	static InvalidEndpointRequestException unknownState(String state, String known) {
		return invalid("'" + state + "' is none of " + known);
	}

	/**
	 * What was asked cannot be understood. The web shows the reason, JMX the message.
	 */
	static InvalidEndpointRequestException invalid(String text) {
		return new InvalidEndpointRequestException(text, text);
	}

}
