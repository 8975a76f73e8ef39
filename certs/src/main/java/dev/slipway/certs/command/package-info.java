/** The command line {@code slipway-certs}: certificates as files, for machines without a cluster and for hand-made setups. */
@NullMarked
package dev.slipway.certs.command;

import org.jspecify.annotations.NullMarked;
