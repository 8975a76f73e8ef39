/**
 * Rollback except its command: what it would undo and from which scripts, which data it would delete, which sessions it
 * would affect, the reasons against it, and the run itself, which uses the runner of migrations.
 */
@NullMarked
package dev.slipway.migrator.rollback;

import org.jspecify.annotations.NullMarked;
