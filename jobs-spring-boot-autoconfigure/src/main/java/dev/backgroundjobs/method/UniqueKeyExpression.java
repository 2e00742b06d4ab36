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

package dev.backgroundjobs.method;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backgroundjobs.core.UniqueRule;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;

/**
 * The key of a unique job as an expression over the arguments of a call, checked when the
 * application starts as far as that can be done without a call.
 */
final class UniqueKeyExpression implements UniqueRule.Key {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	/** Nothing is known without a name. */
	private static final Object ROOT = new Object();

	private final SpelExpression expression;

	private final Method method;

	private final String name;

	private final BeanFactoryResolver beans;

	private UniqueKeyExpression(SpelExpression expression, Method method, String name, BeanFactory beans) {
		this.expression = expression;
		this.method = method;
		this.name = name;
		this.beans = new BeanFactoryResolver(beans);
	}

	/**
	 * Parse an expression.
	 * @throws InvalidJobMethodException if it can never give a key
	 */
	static UniqueKeyExpression parse(String text, Method method, String name, BeanFactory beans) {
		try {
			SpelExpression expression = new SpelExpressionParser().parseRaw(text);
			check(expression.getAST(), text, method);
			return new UniqueKeyExpression(expression, method, name, beans);
		}
		catch (ParseException | IllegalStateException ex) {
			throw JobDeclarations.invalid(method, describe(text) + ", which is no expression: " + ex.getMessage(),
					"Correct it: '#orderId' is the argument of that name, and text stands in quotes, as in 'order-' + #orderId");
		}
	}

	private static String describe(String text) {
		return "has @UniqueJob(key = \"" + text + "\")";
	}

	private static void check(SpelNode node, String text, Method method) {
		if (node instanceof VariableReference variable) {
			checkVariable(variable.toStringAST().substring(1), text, method);
		}
		else if (node instanceof PropertyOrFieldReference || node instanceof MethodReference) {
			throw JobDeclarations.invalid(method,
					describe(text) + ", in which '" + node.toStringAST() + "' belongs to nothing",
					"An argument is named with '#': write '#" + node.toStringAST().replace("()", "") + "'");
		}
		if (node instanceof InlineMap || node instanceof Indexer || node instanceof Selection
				|| node instanceof Projection) {
			// names in here are those of keys and elements
			return;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			if (node instanceof CompoundExpression && i > 0 && (child instanceof PropertyOrFieldReference)) {
				continue;
			}
			if (node instanceof CompoundExpression && i > 0 && child instanceof MethodReference) {
				checkArguments(child, text, method);
				continue;
			}
			check(child, text, method);
		}
	}

	private static void checkArguments(SpelNode call, String text, Method method) {
		for (int i = 0; i < call.getChildCount(); i++) {
			check(call.getChild(i), text, method);
		}
	}

	private static void checkVariable(String variable, String text, Method method) {
		String @Nullable [] names = NAMES.getParameterNames(method);
		Set<String> known = known(method, names);
		if (known.contains(variable)) {
			return;
		}
		String problem = describe(text) + ", and there is no '#" + variable + "'";
		if (names == null) {
			throw JobDeclarations.invalid(method,
					problem + ": the names of its parameters are not known, because its class was compiled without "
							+ "'-parameters'",
					"Compile with '-parameters' (Spring Boot's Maven and Gradle plugins do), or write '#p0' for the first argument");
		}
		throw JobDeclarations.invalid(method, problem,
				"Known are " + known.stream().map((name) -> "'#" + name + "'").collect(Collectors.joining(", ")));
	}

	private static Set<String> known(Method method, String @Nullable [] names) {
		Set<String> known = new LinkedHashSet<>((names != null) ? List.of(names) : List.of());
		for (int i = 0; i < method.getParameterCount(); i++) {
			known.addAll(Arrays.asList("p" + i, "a" + i));
		}
		return known;
	}

	@Override
	public String of(@Nullable Object[] arguments) {
		MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(ROOT, this.method, arguments, NAMES);
		context.setBeanResolver(this.beans);
		Object value;
		try {
			value = this.expression.getValue(context);
		}
		catch (EvaluationException | IllegalStateException ex) {
			throw new IllegalArgumentException(refused("failed: " + ex.getMessage()), ex);
		}
		if (value == null || value.toString().isEmpty()) {
			throw new IllegalArgumentException(refused("gave " + ((value != null) ? "an empty text" : "null")
					+ ", and a key that is missing must not make all such calls one job"));
		}
		if (!hasText(value)) {
			throw new IllegalArgumentException(refused("gave a " + value.getClass().getTypeName()
					+ ", which has no text of its own: name what identifies it, such as an id"));
		}
		return value.toString();
	}

	private String refused(String why) {
		return "Job '" + this.name + "' was not enqueued: the key '" + this.expression.getExpressionString()
				+ "' of @UniqueJob on " + JobDeclarations.describe(this.method) + " " + why;
	}

	/**
	 * The text of an object that does not say otherwise is different for each.
	 */
	private static boolean hasText(Object value) {
		Method text = ReflectionUtils.findMethod(value.getClass(), "toString");
		return !value.getClass().isArray() && text != null && text.getDeclaringClass() != Object.class;
	}

}
