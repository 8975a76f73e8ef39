/**
 * What every command shares: the settings, the connection, the log, one look at the history, and the rules that apply
 * to all of them.
 */
@NullMarked
package dev.slipway.migrator.run;

import org.jspecify.annotations.NullMarked;
