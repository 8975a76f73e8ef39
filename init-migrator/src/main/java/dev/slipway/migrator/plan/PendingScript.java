package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.SqlScript;

/**
 * A script that would run.
 *
 * @param name for people, as in {@code V7__orders.sql}
 */
public record PendingScript(String name, SqlScript script) {}
