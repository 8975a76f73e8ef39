/**
 * {@code slipway_run}: what Flyway's history has no column for. Attempts that did not finish, SHA-256 of the file, what
 * undoes it, who ran it and how it ended. The history stays the truth about what is applied; without this table a run still works.
 */
@NullMarked
package dev.slipway.migrator.ledger;

import org.jspecify.annotations.NullMarked;
