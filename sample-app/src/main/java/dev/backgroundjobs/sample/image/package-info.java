/**
 * Images: uploaded by the web process, their thumbnails made by jobs.
 */
@NullMarked
package dev.backgroundjobs.sample.image;

import org.jspecify.annotations.NullMarked;
