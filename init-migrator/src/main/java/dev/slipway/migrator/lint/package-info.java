/**
 * Judges scripts before the merge, without a database: what is released gives the picture of the schema, and the findings
 * are about the other scripts. The judges are those of the other commands; here they get a place and a severity.
 */
@NullMarked
package dev.slipway.migrator.lint;

import org.jspecify.annotations.NullMarked;
