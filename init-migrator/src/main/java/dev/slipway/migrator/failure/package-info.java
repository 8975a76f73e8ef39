/** How a run can fail: the table of refusals, which of them retrying may fix, and how they are reported. */
@NullMarked
package dev.slipway.migrator.failure;

import org.jspecify.annotations.NullMarked;
