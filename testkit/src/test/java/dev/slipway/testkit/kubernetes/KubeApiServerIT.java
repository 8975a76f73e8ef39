package dev.slipway.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KubernetesTest
class KubeApiServerIT {
    private final KubeApiServer server;

    KubeApiServerIT(KubeApiServer server) {
        this.server = server;
    }

    @Test
    void reportsTheVersionThatItWasBuiltFrom() {
        String version = server.kubectl().run("version", "-o", "json");

        assertThat(version).doesNotContain("v0.0.0").containsPattern("\"gitVersion\": \"v1\\.\\d+\\.\\d+\"");
    }

    @Test
    void refusesWhoeverItDoesNotKnow() {
        Path stranger = server.writeKubeconfig("stranger", "no-such-token");

        Kubectl.Result result = server.kubectl().as(stranger).tryRun("get", "namespaces");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains("You must be logged in");
    }

    @Test
    void enforcesPodSecurity() {
        server.createNamespace("guarded", "pod-security.kubernetes.io/enforce=restricted");

        Kubectl.Result result =
                server.kubectl().tryRun("run", "careless", "--image=busybox", "--namespace=guarded", "--restart=Never");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains("violates PodSecurity \"restricted");
        server.kubectl().run("delete", "namespace", "guarded", "--wait=false");
    }

    @Test
    void itsControllersTurnADeploymentIntoPods() {
        server.createNamespace("controlled");
        server.kubectl().run("create", "deployment", "web", "--image=web", "--replicas=2", "--namespace=controlled");

        server.kubectl()
                .run(
                        "wait",
                        "--for=jsonpath={.status.replicas}=2",
                        "deployment/web",
                        "--namespace=controlled",
                        "--timeout=60s");

        String pods = server.kubectl().run("get", "pods", "--namespace=controlled", "-o", "name");
        assertThat(pods.lines()).hasSize(2);
        server.kubectl().run("delete", "namespace", "controlled", "--wait=false");
    }

    @Test
    void sharesOneServerAmongAllClasses(KubeApiServer again) {
        assertThat(again).isSameAs(server);
    }

    @Test
    void leavesNeitherProcessNorFileBehind() {
        KubeApiServer own = KubeApiServer.start(KubeBinaries.find(System.getenv()));
        long before = ProcessHandle.current().descendants().count();

        own.close();

        assertThat(Files.exists(own.folder())).isFalse();
        assertThat(ProcessHandle.current().descendants().count()).isLessThan(before);
    }

    @Test
    void missingProgramsAreNamedWithTheWayToGetThem(@TempDir Path empty) {
        var environment = Map.of(KubeBinaries.VARIABLE, empty.toString());

        assertThatThrownBy(() -> KubeBinaries.find(environment))
                .hasMessageContaining("lacks etcd, kube-apiserver")
                .hasMessageContaining(".ci/kube/get");
        assertThatThrownBy(() -> KubeBinaries.find(Map.of())).hasMessageContaining(".ci/kube/get");
    }
}
