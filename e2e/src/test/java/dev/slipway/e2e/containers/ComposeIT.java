package dev.slipway.e2e.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.process.ProcessResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker-compose.yml, used as the README says. */
@DockerTest
class ComposeIT {
    private static final String ANY_PORT = "0";
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private Compose compose = new Compose("slipway-it", Map.of());

    @BeforeAll
    static void build() {
        Compose.build();
    }

    @AfterEach
    void remove() {
        compose.run("down", "--volumes", "--timeout", "5");
    }

    @Test
    void ofThreeMigratorsOneMigratesAndTheApplicationStartsAfterThem() {
        compose = new Compose("slipway-it-three", Map.of("APP_PORT", ANY_PORT));

        ProcessResult up = compose.run("up", "--detach", "--scale", "migrate=3");

        assertThat(up.exitCode()).as(up.text()).isZero();
        List<String> ends = compose.logs("migrate").stream()
                .filter(line -> line.contains("\"exitCode\""))
                .toList();
        assertThat(ends).hasSize(3).allMatch(line -> line.contains("\"exitCode\":0"));
        assertThat(ends)
                .filteredOn(line -> line.contains("\"outcome\":\"applied\""))
                .hasSize(1);
        // Started is not yet listening.
        await().atMost(DEADLINE)
                .ignoreException(IOException.class)
                .untilAsserted(() -> assertThat(get("/").body()).contains("orders"));
    }

    @Test
    void afterAFailedMigrationTheApplicationDoesNotStart(@TempDir Path folder) throws IOException {
        compose = new Compose(
                "slipway-it-broken",
                Map.of("APP_PORT", ANY_PORT, "MIGRATIONS", readable(folder).toString()));
        Files.writeString(
                folder.resolve("V1__orders.sql"), "CREATE TABLE orders (id bigint);\nCREATE TABEL lines ();\n");

        ProcessResult up = compose.run("up", "--detach");

        assertThat(up.exitCode()).as(up.text()).isNotZero();
        assertThat(up.text()).contains("didn't complete successfully: exit 5");
        assertThat(compose.logs("migrate"))
                .anyMatch(line -> line.contains("V1__orders.sql") && line.contains("line 2"));
        assertThat(compose.run("ps", "--services", "--status", "running").stdout())
                .doesNotContain("app")
                .contains("postgres");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        String address = compose.run("port", "app", "8080").stdout().get(0);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + path))
                                .build(),
                        BodyHandlers.ofString());
    }

    /** JUnit makes the folder for its own user only; the migrator runs as another one. */
    private static Path readable(Path folder) throws IOException {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
