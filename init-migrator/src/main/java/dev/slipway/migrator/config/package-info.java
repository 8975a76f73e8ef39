/** The configuration of a run, put together from its settings, its database and its identity. */
@NullMarked
package dev.slipway.migrator.config;

import org.jspecify.annotations.NullMarked;
