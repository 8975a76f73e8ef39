/**
 * The database session of a run: how it is opened within its budget, which settings it gets, and how it is cancelled.
 */
@NullMarked
package dev.slipway.migrator.session;

import org.jspecify.annotations.NullMarked;
