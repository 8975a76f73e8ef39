/**
 * The commands, each as the story that its help text tells.
 */
@NullMarked
package dev.slipway.migrator.run;

import org.jspecify.annotations.NullMarked;
