/** The output of a run: log lines, tables, and the report with its termination message. */
@NullMarked
package dev.slipway.migrator.report;

import org.jspecify.annotations.NullMarked;
