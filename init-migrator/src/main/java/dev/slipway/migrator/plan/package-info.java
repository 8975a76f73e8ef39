/**
 * What the pending scripts would do to a running system before they do it: the locks that each statement takes and on
 * which relation, how much of a table it reads or writes while it holds them, and the hazards in it, with the safer way.
 * The text is read first; then the catalogue
 * says what it means in the schema that is there, and without a catalogue the text alone counts.
 */
@NullMarked
package dev.slipway.migrator.plan;

import org.jspecify.annotations.NullMarked;
