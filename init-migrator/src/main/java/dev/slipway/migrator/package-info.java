/** The program in the init container; also the command line, the compose service and the Job. */
@NullMarked
package dev.slipway.migrator;

import org.jspecify.annotations.NullMarked;
