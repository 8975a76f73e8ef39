package dev.slipway.certs.command;

import java.io.PrintStream;
import java.time.Clock;

/**
 * What a command sees of the world, apart from its files.
 *
 * @param out results
 * @param err problems and hints
 */
record Console(PrintStream out, PrintStream err, Clock clock) {}
