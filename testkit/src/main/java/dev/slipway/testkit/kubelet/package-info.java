/**
 * Plays the kubelet: takes a pod as the API server admitted it, and runs its containers as real processes, exactly as
 * the pod says.
 *
 * <p>What is played: the order of init containers, native sidecars, command and arguments, environment (values, secret,
 * ConfigMap, field and resource references, whole Secrets and ConfigMaps), volumes of Secrets, ConfigMaps, images, empty
 * and projected folders with the kubelet's own layout of links, {@code subPath}, read-only mounts, the read-only root
 * file system, the user, termination messages, restarts with back-off, and deletion with its grace period.
 *
 * <p>What is not: network name spaces, CPU and memory limits, seccomp and SELinux, probes (a sidecar counts as started
 * once its process runs), image pulls. Images are folders of this machine, see {@link
 * dev.slipway.testkit.kubelet.LocalImage}. How far the file system is a container's own depends on the machine, see
 * {@link dev.slipway.testkit.kubelet.Isolation}.
 */
@NullMarked
package dev.slipway.testkit.kubelet;

import org.jspecify.annotations.NullMarked;
