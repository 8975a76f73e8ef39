/**
 * Shows what the pending scripts would do to a running system: the effects of their statements in the current schema,
 * and the hazards among them, each with a safer way. Without a catalogue, only the text counts.
 */
@NullMarked
package dev.slipway.migrator.plan;

import org.jspecify.annotations.NullMarked;
