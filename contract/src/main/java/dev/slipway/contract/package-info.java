/**
 * What the webhook and the migrator must agree on: the settings with their environment names and flags, the default
 * paths inside the container, the exit codes, what is text. It uses the JDK only, so that it costs neither side a dependency.
 *
 * <p>The two images may differ in version while a cluster is being upgraded: settings are added, never given another
 * meaning.
 */
@NullMarked
package dev.slipway.contract;

import org.jspecify.annotations.NullMarked;
