/**
 * The table {@code slipway_run}, for what Flyway's history has no column for: unfinished attempts, the SHA-256 of the
 * file, its undo script, who ran it and how it ended. The history alone decides what is applied, so a run also works
 * without this table.
 */
@NullMarked
package dev.slipway.migrator.ledger;

import org.jspecify.annotations.NullMarked;
