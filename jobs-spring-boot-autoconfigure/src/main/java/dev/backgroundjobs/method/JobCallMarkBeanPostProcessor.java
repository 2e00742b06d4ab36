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

import java.util.Arrays;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Puts a {@link JobCallMark} in front of the advice that others put in front of ours. Not
 * ordered, so that it comes after those that are.
 */
public final class JobCallMarkBeanPostProcessor implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised advised && !advised.isFrozen() && isOursBehindOthers(advised)) {
			advised.addAdvice(0, new JobCallMark());
		}
		return bean;
	}

	/**
	 * Whether calls of a bean are to come to our advice: in its own proxy, or in one that
	 * it is a proxy of.
	 */
	static boolean isOursIn(Object bean) {
		Object proxy = bean;
		while (proxy instanceof Advised advised) {
			if (hasOurs(advised)) {
				return true;
			}
			proxy = AopProxyUtils.getSingletonTarget(proxy);
		}
		return false;
	}

	private static boolean hasOurs(Advised advised) {
		return Arrays.stream(advised.getAdvisors())
			.anyMatch((advisor) -> advisor.getAdvice() instanceof BackgroundJobInterceptor);
	}

	private static boolean isOursBehindOthers(Advised advised) {
		return Arrays.stream(advised.getAdvisors())
			.skip(1)
			.anyMatch((advisor) -> advisor.getAdvice() instanceof BackgroundJobInterceptor);
	}

}
