package dev.slipway.webhook.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.webhook.config.KubernetesVersion;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTest {
    @ParameterizedTest
    @CsvSource({"1,34,false", "1,35,true", "1,35+,true", "1,36-gke.12,true", "1,9+,false", "2,0,true"})
    void imageVolumesAreUsedFromTheVersionThatHasThemOn(String major, String minor, boolean expected) {
        assertThat(Cluster.parse(major, minor))
                .map(KubernetesVersion::hasImageVolumes)
                .hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({"'',35", "1,''", "v1,35", "1,+35", "1,99999999999"})
    void otherTextsAreNoVersion(String major, String minor) {
        assertThat(Cluster.parse(major, minor)).isEmpty();
    }

    @Test
    void clusterThatDoesNotAnswerHasNoVersion(@TempDir Path folder) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: here, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: me, user: {token: none}}]
                contexts: [{name: here, context: {cluster: here, user: me}}]
                current-context: here
                """.formatted(unusedPort()));

        try (var client = Cluster.connect(kubeconfig)) {
            assertThat(Cluster.version(client)).isEmpty();
        }
    }

    /** An error that is taken for an object of the watched kind would leave a watch open that has ended. */
    @Test
    void theErrorOfAWatchIsToldFromAnObject() {
        KubernetesSerialization client = Cluster.ofFewKinds();

        WatchEvent error = client.unmarshal(
                "{\"type\":\"ERROR\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"code\":410}}",
                WatchEvent.class);
        WatchEvent change = client.unmarshal(
                "{\"type\":\"MODIFIED\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"Yg==\"}}}",
                WatchEvent.class);

        assertThat(error.getObject()).isInstanceOf(Status.class);
        assertThat(client.convertValue(change.getObject(), Secret.class).getData())
                .containsEntry("a", "Yg==");
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
