/**
 * What each subcommand does, one file for each, as the story that its help text tells.
 */
@NullMarked
package dev.slipway.migrator.command;

import org.jspecify.annotations.NullMarked;
