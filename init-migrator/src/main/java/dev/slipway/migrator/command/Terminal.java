package dev.slipway.migrator.command;

import java.io.InputStream;
import java.util.Optional;

/**
 * The terminal, or whatever else is at the other end of standard input and output.
 *
 * @param wantsColour whether it shows colours
 * @param keyboard if a person can answer a question; empty if there is none
 */
public record Terminal(boolean wantsColour, Optional<InputStream> keyboard) {}
