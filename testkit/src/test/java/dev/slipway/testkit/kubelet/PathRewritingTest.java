package dev.slipway.testkit.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PathRewritingTest {
    private static final Path HOST = Path.of("/tmp/pod");

    @Test
    void mountedPathsAreRewrittenWhereverTheyStart() {
        var start = start(
                List.of("/opt/run", "--dir=/data/sql,/data/more", "file:/data"),
                Map.of("DIR", "/data", "URL", "postgres://h/db?sslrootcert=/data/ca.crt"));
        var program = PathRewriting.program(start);
        assertThat(program.command())
                .containsExactly("/opt/run", "--dir=/tmp/pod/data/sql,/tmp/pod/data/more", "file:/tmp/pod/data");
        assertThat(program.env())
                .containsEntry("DIR", "/tmp/pod/data")
                .containsEntry("URL", "postgres://h/db?sslrootcert=/tmp/pod/data/ca.crt");
    }

    @Test
    void longerNamesAndDeeperPathsAreOthers() {
        var program = PathRewriting.program(start(List.of("/my/data", "/data2", "/data-old", "./data"), Map.of()));
        assertThat(program.command()).containsExactly("/my/data", "/data2", "/data-old", "./data");
    }

    @Test
    void theDeepestMountWins() {
        var mounts = List.of(
                new Mount(HOST.resolve("data"), "/data", true), new Mount(HOST.resolve("deep"), "/data/deep", true));
        var program = PathRewriting.program(start(List.of("/data/deep/x", "/data/x"), Map.of(), mounts));
        assertThat(program.command()).containsExactly("/tmp/pod/deep/x", "/tmp/pod/data/x");
    }

    @Test
    void aBuiltInPathIsToldByItsVariableUnlessThePodSetsIt() {
        assertThat(PathRewriting.program(start(List.of("run"), Map.of())).env())
                .containsEntry("BUILT_IN", "/tmp/pod/data/built-in");
        assertThat(PathRewriting.program(start(List.of("run"), Map.of("BUILT_IN", "/elsewhere")))
                        .env())
                .containsEntry("BUILT_IN", "/elsewhere");
    }

    private static ContainerStart start(List<String> command, Map<String, String> env) {
        return start(command, env, List.of(new Mount(HOST.resolve("data"), "/data", true)));
    }

    private static ContainerStart start(List<String> command, Map<String, String> env, List<Mount> mounts) {
        return new ContainerStart(
                command,
                "/",
                env,
                mounts,
                new Identity(1, 1, List.of(), false),
                true,
                HOST,
                Map.of("BUILT_IN", "/data/built-in"));
    }
}
