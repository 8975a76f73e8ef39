/** The programs that are compared: the floors, the migrator, its peers, each with the command that starts it. */
@NullMarked
package dev.slipway.bench.contender;

import org.jspecify.annotations.NullMarked;
