/**
 * The entry point of the program, which runs in the init container, on the command line, as the compose service and as
 * the Job.
 */
@NullMarked
package dev.slipway.migrator;

import org.jspecify.annotations.NullMarked;
