/**
 * What a rollback would undo, from which scripts, what is lost with it and who would notice; and everything that speaks
 * against it. The undoing itself is the migration's machinery.
 */
@NullMarked
package dev.slipway.migrator.rollback;

import org.jspecify.annotations.NullMarked;
