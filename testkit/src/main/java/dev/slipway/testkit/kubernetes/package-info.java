/**
 * A real Kubernetes control plane for tests: etcd, kube-apiserver and, if wanted, kube-controller-manager and
 * kube-scheduler as processes on loopback, found by {@code KUBEBUILDER_ASSETS}; kubectl as a user would call it; and a
 * network that carries the API server's calls to Services whose pods are processes of this machine.
 */
@NullMarked
package dev.slipway.testkit.kubernetes;

import org.jspecify.annotations.NullMarked;
