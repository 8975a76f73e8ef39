/** The one command-line parser of all programs, and what follows from their tables of flags: help and shell completion. */
@NullMarked
package dev.slipway.contract.cli;

import org.jspecify.annotations.NullMarked;
