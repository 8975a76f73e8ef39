/** How a run can fail: which refusals may heal, what they mean, and what is said of them. */
@NullMarked
package dev.slipway.migrator.failure;

import org.jspecify.annotations.NullMarked;
