/** Temporary folders. */
@NullMarked
package dev.slipway.testkit.files;

import org.jspecify.annotations.NullMarked;
