package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code slipway.toml} and a {@code .env} in the current folder: what they can do, and what they must not do. */
class SettingsFilesIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeMigrations() {
        Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key);");
    }

    @PostgresTest(onOneMajor = true)
    void aLaptopNeedsNothingElse(TestDatabase database) throws IOException {
        write("slipway.toml", "migrations = 'sql'\nhistory-table = 'from_the_file'\n");
        write(".env", "APP_SECRET=$x\nDATABASE_URL='" + database.url() + "'\n");
        ProcessResult ended = run(Map.of(), "migrate");
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(database.rows("select script from from_the_file")).hasSize(1);
        assertThat(ended.text())
                .contains("other users can read the password in .env")
                .doesNotContain(database.password());
        Files.setPosixFilePermissions(folder.resolve(".env"), PosixFilePermissions.fromString("rw-------"));
        assertThat(run(Map.of(), "migrate").text()).doesNotContain("other users");
        assertThat(run(Map.of("SLIPWAY_HISTORY_TABLE", "from_the_variable"), "status")
                        .text())
                .as("variables win")
                .contains("from_the_variable");
        assertThat(run(Map.of(), "status", "--history-table", "from_the_flag").text())
                .contains("from_the_flag");
    }

    @PostgresTest(onOneMajor = true)
    void aNamedFileHasItsPathsBesideIt(TestDatabase database) throws IOException {
        Files.createDirectories(folder.resolve("ci"));
        write("ci/other.toml", "migrations = '../sql'\n");
        write("slipway.toml", "schema = 'elsewhere'\n");
        ProcessResult ended = run(database.env(), "status", "--config", "ci/other.toml");
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.text()).contains("1 pending", "\"public\".\"flyway_schema_history\"");
    }

    @PostgresTest(onOneMajor = true)
    void inAPodNoFileIsRead(TestDatabase database) throws IOException {
        write("slipway.toml", "schema = 'elsewhere'\n");
        write(".env", "PGHOST=evil.example.com\n");
        String sql = folder.resolve("sql").toString();
        var pod = new TreeMap<>(database.env());
        pod.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        ProcessResult ended = run(pod, "status", "--migrations", sql);
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.text()).contains("\"public\".");
        pod.put("SLIPWAY_CONFIG", "slipway.toml");
        ended = run(pod, "status", "--migrations", sql);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.text()).contains("SLIPWAY_CONFIG is not read in a pod");
    }

    @Test
    void aPasswordOfTheEnvironmentIsNotSentToAServerOfTheFile() throws IOException {
        write(".env", "PGHOST=127.0.0.1\nPGPORT=1\nPGDATABASE=a\nPGUSER=b\n");
        ProcessResult ended = run(Map.of("PGPASSWORD", "geheim"), "status", "--migrations", "sql");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.text())
                .contains("PGPASSWORD is set, while .env names the server")
                .doesNotContain("geheim");
    }

    @Test
    void mistakesNameFileAndLineAndNoSecret() throws IOException {
        write("slipway.toml", "# all of it\nwait-timout = '5m'\n");
        write(".env", "\nDATABASE_URL=postgres://u:geheim@localhost/d?sslmoode=require\n");
        ProcessResult ended = run(Map.of(), "migrate", "--migrations", "sql");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.text())
                .contains(
                        "slipway.toml line 2: wait-timout is unknown; did you mean wait-timeout?",
                        ".env line 2: sslmoode in DATABASE_URL is an unknown parameter")
                .doesNotContain("geheim");
        assertThat(run(Map.of(), "migrate", "--config", "nowhere.toml").text())
                .contains("nowhere.toml", "does not exist");
    }

    private ProcessResult run(Map<String, String> env, String... arguments) {
        return Program.migrator(arguments).inFolder(folder).withEnv(env).start().awaitExit(Migrator.DEADLINE);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
