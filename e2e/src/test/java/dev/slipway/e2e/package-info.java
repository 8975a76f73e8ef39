/**
 * The whole product against its real surroundings: the manifests as kubectl applies them, the webhook called by
 * kube-apiserver, the migrator run as the admitted pods say, on a real PostgreSQL.
 */
@NullMarked
package dev.slipway.e2e;

import org.jspecify.annotations.NullMarked;
