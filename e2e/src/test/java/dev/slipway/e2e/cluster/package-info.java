/**
 * What a control plane alone lacks: a node whose pods are processes of this machine, and a network that carries the API
 * server's calls to them.
 */
@NullMarked
package dev.slipway.e2e.cluster;

import org.jspecify.annotations.NullMarked;
