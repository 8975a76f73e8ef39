/** The one database session of a run: how it is opened within its budget, what is set on it, and how it is cancelled. */
@NullMarked
package dev.slipway.migrator.session;

import org.jspecify.annotations.NullMarked;
