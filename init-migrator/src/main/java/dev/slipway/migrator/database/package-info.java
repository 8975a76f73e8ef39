/**
 * Which database, as whom, and how the connection is protected: read once from URL, variables and mounted files, and
 * said in the same words to the JDBC driver and to the PG client.
 *
 * <p>Plain Java without a library: it lies on the path of every start, also of those that have nothing to do.
 */
@NullMarked
package dev.slipway.migrator.database;

import org.jspecify.annotations.NullMarked;
