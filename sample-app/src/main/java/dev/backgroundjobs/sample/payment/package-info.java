/**
 * A payment that charges a card once, however often its job runs, and a card company to
 * try it on.
 */
@NullMarked
package dev.backgroundjobs.sample.payment;

import org.jspecify.annotations.NullMarked;
