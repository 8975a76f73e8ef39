/**
 * The target of a run: which database, as which user, and how the connection is protected. It is read from URL,
 * variables and mounted files, and configures the JDBC driver and the PG client in the same way.
 *
 * <p>Plain Java without a library, because every start runs it, even with nothing to do.
 */
@NullMarked
package dev.slipway.migrator.database;

import org.jspecify.annotations.NullMarked;
