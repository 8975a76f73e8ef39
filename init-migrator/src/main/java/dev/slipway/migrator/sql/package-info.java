/**
 * Reads SQL scripts the way PostgreSQL's own lexer does: where each statement starts and ends, whether it can run inside
 * a transaction block, and the few facts about it that a later check needs. It uses the JDK only and never talks to a
 * database.
 */
@NullMarked
package dev.slipway.migrator.sql;

import org.jspecify.annotations.NullMarked;
