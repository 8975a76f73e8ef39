/** One file for each subcommand, which does its steps in the order in which the help text tells them. */
@NullMarked
package dev.slipway.migrator.command;

import org.jspecify.annotations.NullMarked;
