package dev.slipway.migrator.apply;

import java.time.Duration;
import java.util.Optional;

/** A migration that this run applied. */
public record AppliedScript(String script, Optional<String> version, Duration duration) {}
