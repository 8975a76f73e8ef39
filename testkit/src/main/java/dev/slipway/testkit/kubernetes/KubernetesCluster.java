package dev.slipway.testkit.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A cluster that tests run against: a control plane of their own, or one that exists already. */
public interface KubernetesCluster {
    /** Of a user who may do everything. */
    Path kubeconfig();

    /** As the user who may do everything. */
    Kubectl kubectl();

    /** The same cluster if it is one of our own, without nodes and with ways to steer it; empty for any other. */
    Optional<KubeApiServer> own();

    /**
     * Makes a namespace and waits until pods can be created in it, that is, until a controller has given it the default
     * service account.
     *
     * @param labels each as {@code key=value}
     */
    default void createNamespace(String name, String... labels) {
        kubectl().run("create", "namespace", name);
        for (String label : labels) {
            kubectl().run("label", "namespace", name, label);
        }
        awaitServiceAccount(name);
    }

    /** @throws IllegalStateException after two minutes without the default service account */
    private void awaitServiceAccount(String namespace) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (kubectl()
                        .tryRun("get", "serviceaccount", "default", "--namespace=" + namespace)
                        .exitCode()
                != 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no controller makes a service account in namespace " + namespace);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
