package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control plane of its own: etcd and kube-apiserver on free loopback ports, with RBAC and the admission plugins that
 * are on by default (among them ServiceAccount, PodSecurity, LimitRanger, ResourceQuota, both webhook plugins and
 * ValidatingAdmissionPolicy). There is no node; {@link #startControllers} adds the controllers and the scheduler.
 *
 * <p>Everything lies in one folder, which is deleted by {@link #close} unless {@link #keepLogs} was called.
 * Thread-safe.
 */
public final class KubeApiServer implements KubernetesCluster, AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private static final String EGRESS = "egress.sock";
    private static final String API_SERVER = "kube-apiserver";
    /** Behind etcd. */
    private static final int API_SERVER_INDEX = 1;

    /**
     * Those that an application meets. The endpoint controllers are not among them: the API server refuses endpoints on
     * loopback, see {@link ClusterNetwork}.
     */
    private static final List<String> CONTROLLERS = List.of(
            "namespace-controller",
            "serviceaccount-controller",
            "root-ca-certificate-publisher-controller",
            "garbage-collector-controller",
            "pod-garbage-collector-controller",
            "deployment-controller",
            "replicaset-controller",
            "statefulset-controller",
            "daemonset-controller",
            "job-controller",
            "cronjob-controller",
            "ttl-after-finished-controller",
            "disruption-controller",
            "resourcequota-controller",
            "validatingadmissionpolicy-status-controller");

    private final KubeBinaries binaries;
    private final Path folder;
    private final URI address;
    private final KubeUser admin;
    private final KubeUser controllerManager = KubeUser.of("system:kube-controller-manager", "");
    private final KubeUser scheduler = KubeUser.of("system:kube-scheduler", "");
    private final ClusterEgress egress;
    private final List<ControlPlaneProcess> processes = new ArrayList<>();
    private final List<String> flags = new ArrayList<>();
    private boolean keepLogs;

    private KubeApiServer(KubeBinaries binaries, Path folder, URI address) {
        this.binaries = binaries;
        this.folder = folder;
        this.address = address;
        this.admin = KubeUser.of("test-admin", "system:masters");
        this.egress = ClusterEgress.listen(folder.resolve(EGRESS));
    }

    /**
     * Starts etcd and the API server and returns when it is ready.
     *
     * @throws IllegalStateException with the end of its log, if one of them does not come up
     */
    public static KubeApiServer start(KubeBinaries binaries) {
        int[] ports = FreePorts.find(3);
        var server = new KubeApiServer(binaries, newFolder(), URI.create("https://127.0.0.1:" + ports[0]));
        try {
            server.startEtcd(ports[1], ports[2]);
            server.startApiServer(ports[1]);
            return server;
        } catch (RuntimeException failed) {
            server.keepLogs();
            server.close();
            throw failed;
        }
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("slipway-kube-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void startEtcd(int clientPort, int peerPort) {
        String client = "http://127.0.0.1:" + clientPort;
        String peer = "http://127.0.0.1:" + peerPort;
        run(
                "etcd",
                List.of(
                        "--data-dir=" + folder.resolve("etcd"),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer,
                        // The data dies with the test, so nothing is gained by waiting for the disk.
                        "--unsafe-no-fsync=true",
                        "--log-level=warn"));
    }

    private void startApiServer(int etcdPort) {
        Path signingKey = folder.resolve("service-accounts.key");
        SigningKey.write(signingKey);
        flags.addAll(List.of(
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--secure-port=" + address.getPort(),
                "--cert-dir=" + folder,
                "--service-cluster-ip-range=10.96.0.0/16",
                // It would publish the loopback address, which the validation of endpoints refuses.
                "--endpoint-reconciler-type=none",
                "--authorization-mode=Node,RBAC",
                "--token-auth-file=" + writeTokens(),
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--service-account-key-file=" + signingKey,
                "--service-account-signing-key-file=" + signingKey,
                "--egress-selector-config-file=" + writeEgressSelection(),
                "--allow-privileged=true",
                "--profiling=false",
                "--shutdown-delay-duration=0s"));
        run(API_SERVER, flags);
        awaitReady();
        writeKubeconfig("admin", admin.token());
    }

    private void awaitReady() {
        new Readiness(address, authority(), admin.token()).await(START, this::requireAlive);
    }

    /**
     * Kills the API server, with everything that is connected to it. All else stays, and {@link #startAgain} must
     * follow.
     */
    public void kill() {
        synchronized (processes) {
            processes.get(API_SERVER_INDEX).kill();
        }
    }

    /**
     * Starts it at the same address with what it has stored, and returns when it is ready.
     *
     * @param moreFlags until it is killed again
     */
    public void startAgain(String... moreFlags) {
        var all = new ArrayList<>(flags);
        all.addAll(List.of(moreFlags));
        synchronized (processes) {
            processes.set(API_SERVER_INDEX, start(API_SERVER, all));
        }
        awaitReady();
    }

    private Path writeTokens() {
        return write("tokens.csv", admin.tokenLine() + controllerManager.tokenLine() + scheduler.tokenLine());
    }

    private Path writeEgressSelection() {
        return write("egress.yaml", """
                apiVersion: apiserver.k8s.io/v1beta1
                kind: EgressSelectorConfiguration
                egressSelections:
                  - name: cluster
                    connection:
                      proxyProtocol: HTTPConnect
                      transport:
                        uds:
                          udsName: %s
                """.formatted(folder.resolve(EGRESS)));
    }

    /**
     * Adds kube-controller-manager and kube-scheduler: Deployments then make ReplicaSets, these make pods, and the pods
     * are bound to whichever Node objects the test has made.
     */
    public KubeApiServer startControllers() {
        int[] ports = FreePorts.find(2);
        run(
                "kube-controller-manager",
                List.of(
                        "--kubeconfig=" + writeKubeconfig("controllers", controllerManager.token()),
                        "--controllers=" + String.join(",", CONTROLLERS),
                        "--use-service-account-credentials=true",
                        "--service-account-private-key-file=" + folder.resolve("service-accounts.key"),
                        "--root-ca-file=" + authority(),
                        "--leader-elect=false",
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + ports[0],
                        "--cert-dir=" + folder.resolve("controllers")));
        run(
                "kube-scheduler",
                List.of(
                        "--kubeconfig=" + writeKubeconfig("scheduler", scheduler.token()),
                        "--leader-elect=false",
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + ports[1],
                        "--cert-dir=" + folder.resolve("scheduler")));
        awaitServiceAccount("default");
        return this;
    }

    /** The first visible work of the controllers; without it no pod can be created. */
    private void awaitServiceAccount(String namespace) {
        long end = System.nanoTime() + START.toNanos();
        while (kubectl()
                        .tryRun("get", "serviceaccount", "default", "--namespace=" + namespace)
                        .exitCode()
                != 0) {
            requireAlive();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the controllers do nothing; their logs are in " + folder);
            }
        }
    }

    private void requireAlive() {
        synchronized (processes) {
            processes.forEach(ControlPlaneProcess::requireAlive);
        }
    }

    private void run(String program, List<String> arguments) {
        synchronized (processes) {
            processes.add(start(program, arguments));
        }
    }

    private ControlPlaneProcess start(String program, List<String> arguments) {
        return ControlPlaneProcess.start(binaries.program(program), arguments, folder.resolve(program + ".log"));
    }

    public URI address() {
        return address;
    }

    /** PEM file with the certificate that clients verify the API server by. */
    public Path authority() {
        return folder.resolve("apiserver.crt");
    }

    @Override
    public Path kubeconfig() {
        return folder.resolve("admin.kubeconfig");
    }

    /**
     * Writes the kubeconfig of another user.
     *
     * @param name of the file; an existing file of that name is replaced
     * @param token as the TokenRequest API returns it for a service account
     */
    public Path writeKubeconfig(String name, String token) {
        return Kubeconfig.write(folder.resolve(name + ".kubeconfig"), address, authority(), token);
    }

    /** Of the same version. */
    @Override
    public Kubectl kubectl() {
        return Kubectl.withOwnCache(binaries.program("kubectl"), kubeconfig());
    }

    @Override
    public Optional<KubeApiServer> own() {
        return Optional.of(this);
    }

    /** From now on the API server's connections to Services end where this network says. */
    public void use(ClusterNetwork network) {
        egress.use(network);
    }

    /** Where the logs of all programs lie. */
    public Path folder() {
        return folder;
    }

    /** The folder stays after {@link #close}, so that you can see why a test failed. */
    public void keepLogs() {
        keepLogs = true;
    }

    /** Ends all programs, the last started first. */
    @Override
    public void close() {
        synchronized (processes) {
            while (!processes.isEmpty()) {
                processes.remove(processes.size() - 1).close();
            }
        }
        egress.close();
        if (!keepLogs) {
            deleteFolder();
        }
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void deleteFolder() {
        try (var files = Files.walk(folder)) {
            for (Path file :
                    files.sorted((left, right) -> right.compareTo(left)).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
