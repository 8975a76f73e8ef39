/**
 * What the pending scripts would do to a running system: the effects of their statements in the schema that is there, and the
 * hazards among them, each with the safer way. Without a catalogue the text alone counts.
 */
@NullMarked
package dev.slipway.migrator.plan;

import org.jspecify.annotations.NullMarked;
