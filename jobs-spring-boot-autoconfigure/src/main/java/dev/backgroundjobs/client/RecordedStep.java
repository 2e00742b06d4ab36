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

package dev.backgroundjobs.client;

import java.lang.reflect.Type;

import dev.backgroundjobs.JobFunction;
import dev.backgroundjobs.JobRunnable;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;

/**
 * A step of a chain, as its lambda has called it.
 *
 * @param call the call; the argument that stands for a result is {@code null}
 * @param marked which argument is the result of the step before, or {@link #NONE}
 * @param resultTaken whether its lambda gives what its method returns; only then it is of
 * the type that the compiler knows
 */
record RecordedStep(RecordedCall call, int marked, boolean resultTaken) {

	static final int NONE = -1;

	/**
	 * A step that is given no result.
	 */
	static RecordedStep of(RecordedCall call) {
		return new RecordedStep(call, NONE, true);
	}

	/**
	 * A step that is given no result, and whose own nobody is given.
	 */
	static RecordedStep withoutResult(RecordedCall call) {
		return new RecordedStep(call, NONE, false);
	}

	/**
	 * Whether there is something that may be handed over.
	 */
	boolean hasResult() {
		Type type = this.call.job().resultType();
		return this.resultTaken && type != null && ResolvableType.forType(type).resolve() != Void.class;
	}

	/**
	 * A step that is given the result of this one.
	 * @throws IllegalArgumentException if that is not exactly one argument of its call
	 */
	RecordedStep next(CallRecorder recorder, JobFunction<@Nullable Object, ?> lambda) throws Exception {
		return given(ResultMarker.of(this.call.job()), "The result of '" + this.call.job().name() + "'", recorder,
				lambda);
	}

	/**
	 * A step that is given what a marker stands for.
	 * @param what names it
	 * @throws IllegalArgumentException if that is not exactly one argument of its call
	 */
	static RecordedStep given(ResultMarker marker, String what, CallRecorder recorder,
			JobFunction<@Nullable Object, ?> lambda) throws Exception {
		JobRunnable marked = () -> lambda.apply(marker.value());
		RecordedCall recorded = recorder.recordCallOf(marked);
		@Nullable Object[] arguments = recorded.arguments().clone();
		int place = NONE;
		for (int k = 0; k < arguments.length; k++) {
			if (marker.is(arguments[k], recorded.job().parameterTypes().get(k))) {
				Assert.isTrue(place == NONE, () -> refused(what, recorded, "more than one argument"));
				place = k;
			}
		}
		Assert.isTrue(place != NONE, () -> refused(what, recorded, "no argument"));
		arguments[place] = null;
		return new RecordedStep(new RecordedCall(recorded.job(), arguments), place, true);
	}

	private static String refused(String what, RecordedCall recorded, String how) {
		return what + " is " + how + " of the call of '" + recorded.job().name()
				+ "', which is to be given it: pass the result itself, once; take it apart inside the job";
	}

}
