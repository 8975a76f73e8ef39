/**
 * What the pending scripts would do to a running system before they do it: the locks that each statement takes and on
 * which relation, how much of a table it reads or writes while it holds them, and the hazards in it, with the safer way.
 * Everything is read from the text; no database is asked.
 */
@NullMarked
package dev.slipway.migrator.plan;

import org.jspecify.annotations.NullMarked;
