package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What k8s/ci brings for the review of a pull request: the steps of the action, the job of the GitLab template and the hook,
 * run by bash as their runners do, in a shallow clone of a real repository with the real program.
 */
class LintInCiIT {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path LINT = Manifests.ROOT.resolve("ci/lint");
    private static final String VERSION = "9.8.7";
    private static final String HAZARD = "create index orders_note on orders (note);\n";

    @TempDir
    private Path place;

    private Path clone;
    private String path = System.getenv("PATH");

    /** The clone of a CI: the newest commit of the request, and nothing of the branch that it goes to. */
    @BeforeEach
    void request() throws IOException {
        Path origin = Files.createDirectories(place.resolve("origin"));
        run(origin, Map.of(), "git", "init", "-q", "-b", "main");
        write(origin, "V1__orders.sql", "create table orders (id int primary key, note text);\n");
        commit(origin);
        run(origin, Map.of(), "git", "checkout", "-q", "-b", "topic");
        write(origin, "V2__index.sql", HAZARD);
        commit(origin);
        clone = place.resolve("clone");
        run(place, Map.of(), "git", "clone", "-q", "--depth=1", "--branch=topic", "file://" + origin, "clone");
        Path bin = Files.createDirectories(place.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("slipway"), Program.inSourceTree("init-migrator/bin/slipway"));
        path = bin + ":" + System.getenv("PATH");
    }

    @Test
    void theActionAnnotatesTheDiffAndFailsTheJob() throws IOException {
        ProcessResult job = action(Map.of("sarif", "slipway.sarif"), "refs/pull/7/merge");

        assertThat(job.exitCode()).as(job.text()).isEqualTo(6);
        assertThat(job.text())
                .contains("::error file=migrations/V2__index.sql,line=1")
                .doesNotContain("V1__orders");
        assertThat(Files.readString(place.resolve("summary")))
                .contains("V2&#95;&#95;index.sql")
                .contains("|");
        JsonNode sarif = JSON.readTree(Files.readString(clone.resolve("slipway.sarif")));
        assertThat(sarif.at("/runs/0/results/0/ruleId").asString()).isEqualTo("create-index-not-concurrent");
    }

    @Test
    void whatIsAcceptedPasses() throws IOException {
        write(
                clone,
                "V2__index.sql",
                "-- slipway: accept create-index-not-concurrent because nothing is in it\n" + HAZARD);

        ProcessResult job = action(Map.of("flags", "--fail-on warning"), "refs/pull/7/merge");

        assertThat(job.exitCode()).as(job.text()).isZero();
    }

    @Test
    void theActionFetchesTheReleaseOfItsTagAndNothingElse() throws IOException {
        release("right");

        assertThat(action(Map.of("slipway", ""), "v" + VERSION).text()).contains("::error file=migrations/V2");

        ProcessResult pinned = action(Map.of("slipway", ""), "3d3c42e5aac5ba805825da76410c181273ba90b1");
        assertThat(pinned.exitCode()).isEqualTo(2);
        assertThat(pinned.text()).contains("is no version", "its input 'version' has to say it");

        release("wrong");
        ProcessResult forged = action(Map.of("slipway", ""), "v" + VERSION);
        assertThat(forged.exitCode()).as(forged.text()).isNotZero();
        assertThat(forged.text()).contains("FAILED").doesNotContain("::error");
    }

    @Test
    void outsideOfARequestTheBaseHasToBeNamed() {
        String lint = LINT.resolve("lint").toString();

        ProcessResult refused = tryRun(clone, Map.of(), lint, "--migrations", "migrations");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.text()).contains("no pull or merge request", "--since GIT-REF");

        ProcessResult released = tryRun(clone, Map.of(), lint, "--migrations", "migrations", "--released", "1");
        assertThat(released.exitCode()).isEqualTo(6);
        assertThat(released.text()).contains("create-index-not-concurrent");

        ProcessResult unknown = tryRun(clone, Map.of("GITHUB_BASE_REF", "gone"), lint, "--migrations", "migrations");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.text()).contains("the branch gone cannot be fetched");

        ProcessResult absent = tryRun(clone, Map.of("SLIPWAY", "/none/slipway"), lint, "--released", "1");
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.text()).contains("/none/slipway is no program");
    }

    @Test
    void theJobOfGitlabLeavesAReportForTheMergeRequest() throws IOException {
        JsonNode job = YAML.readTree(
                        Manifests.ROOT.resolve("ci/gitlab-lint.yaml").toFile())
                .get("lint migrations");
        Files.createSymbolicLink(clone.resolve("k8s"), Manifests.ROOT);
        var env = new TreeMap<>(Map.of(
                "GITLAB_CI", "true",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main",
                "CI_BUILDS_DIR", place.toString(),
                "SLIPWAY", "slipway"));
        job.get("variables")
                .properties()
                .forEach(each -> env.put(each.getKey(), each.getValue().asString()));
        var script = new ArrayList<String>();
        job.get("before_script").forEach(line -> script.add(line.asString()));
        job.get("script").forEach(line -> script.add(line.asString()));

        ProcessResult ended = tryRun(clone, env, "bash", "-eo", "pipefail", "-c", String.join("\n", script));

        assertThat(ended.exitCode()).as(ended.text()).isEqualTo(6);
        JsonNode report = JSON.readTree(Files.readString(
                clone.resolve(job.at("/artifacts/reports/codequality").asString())));
        assertThat(report.at("/0/location/path").asString()).isEqualTo("migrations/V2__index.sql");
        assertThat(report.size()).isEqualTo(1);
    }

    @Test
    void theHookRunsBeforeACommit() throws IOException {
        run(clone, Map.of(), "git", "fetch", "-q", "origin", "main:refs/remotes/origin/main");
        JsonNode hook = YAML.readTree(
                        Program.inSourceTree(".pre-commit-hooks.yaml").toFile())
                .get(0);
        var command = new ArrayList<>(List.of(hook.get("entry").asString().split(" ", -1)));
        hook.get("args").forEach(each -> command.add(each.asString()));

        ProcessResult refused = tryRun(clone, Map.of(), "bash", "-c", String.join(" ", command));

        assertThat(refused.exitCode()).as(refused.text()).isEqualTo(6);
        assertThat(refused.text()).contains("migrations/V2__index.sql:1:1: error");
        assertThat("migrations/V2__index.sql").containsPattern(hook.get("files").asString());
        assertThat(hook.get("pass_filenames").asBoolean()).isFalse();
    }

    /** As the runner runs a composite action: a shell for each step, with what the ones before wrote into GITHUB_ENV. */
    private ProcessResult action(Map<String, String> given, String actionRef) throws IOException {
        JsonNode action = YAML.readTree(LINT.resolve("action.yml").toFile());
        var inputs = new TreeMap<String, String>();
        action.get("inputs")
                .properties()
                .forEach(input -> inputs.put(
                        input.getKey(), input.getValue().get("default").asString()));
        inputs.put("slipway", "slipway");
        inputs.putAll(given);
        assertThat(inputs.keySet()).hasSameSizeAs(action.get("inputs").propertyNames());
        Path set = Files.writeString(place.resolve("env"), "");
        var env = new TreeMap<>(Map.of(
                "GITHUB_ACTIONS", "true",
                "GITHUB_BASE_REF", "main",
                "GITHUB_ENV", set.toString(),
                "GITHUB_STEP_SUMMARY", place.resolve("summary").toString(),
                "RUNNER_TEMP", place.resolve("temp").toString(),
                "SLIPWAY_RELEASES", place.resolve("releases").toUri().toString()));
        var ended = new ArrayList<ProcessResult>();
        for (JsonNode step : action.at("/runs/steps")) {
            var own = new TreeMap<>(env);
            for (String line : Files.readAllLines(set)) {
                own.put(line.replaceFirst("=.*", ""), line.replaceFirst("[^=]*=", ""));
            }
            step.get("env")
                    .properties()
                    .forEach(
                            each -> own.put(each.getKey(), value(each.getValue().asString(), inputs, actionRef)));
            ProcessResult last = tryRun(
                    clone,
                    own,
                    "bash",
                    "--noprofile",
                    "--norc",
                    "-eo",
                    "pipefail",
                    "-c",
                    step.get("run").asString());
            ended.add(last);
            if (last.exitCode() != 0) {
                break;
            }
        }
        return ended.get(ended.size() - 1);
    }

    private static String value(String expression, Map<String, String> inputs, String actionRef) {
        return switch (expression) {
            case "${{ github.action_path }}" -> LINT.toString();
            case "${{ inputs.version || github.action_ref }}" ->
                inputs.getOrDefault("version", "").isEmpty() ? actionRef : inputs.getOrDefault("version", "");
            default -> {
                String name = expression.replaceAll("^\\$\\{\\{ inputs\\.([a-z]+) }}$", "$1");
                assertThat(inputs).as(expression).containsKey(name);
                yield inputs.getOrDefault(name, "");
            }
        };
    }

    /** Its archive holds the launcher of the build; whether the sums fit decides. */
    private void release(String sum) throws IOException {
        String name = "slipway-" + VERSION + "-linux-"
                + run(place, Map.of(), "uname", "-m").strip();
        Path folder = Files.createDirectories(place.resolve("releases/v" + VERSION));
        Path bin = Files.createDirectories(place.resolve(name + "/bin"));
        Path program = bin.resolve("slipway");
        Files.deleteIfExists(program);
        Files.createSymbolicLink(program, Program.inSourceTree("init-migrator/bin/slipway"));
        run(place, Map.of(), "tar", "-czf", folder.resolve(name + ".tar.gz").toString(), name);
        String sums = run(folder, Map.of(), "sha256sum", name + ".tar.gz");
        Files.writeString(
                folder.resolve("SHA256SUMS"), sum.equals("right") ? sums : "0".repeat(64) + sums.substring(64));
    }

    private static void write(Path repository, String name, String sql) throws IOException {
        Files.writeString(
                Files.createDirectories(repository.resolve("migrations")).resolve(name), sql);
    }

    private void commit(Path repository) {
        run(repository, Map.of(), "git", "add", "-A");
        run(
                repository,
                Map.of(),
                "git",
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.org",
                "commit",
                "-q",
                "-m",
                "x");
    }

    private String run(Path folder, Map<String, String> env, String... command) {
        ProcessResult result = tryRun(folder, env, command);
        assertThat(result.exitCode())
                .as(String.join(" ", command) + ": " + result)
                .isZero();
        return result.text();
    }

    private ProcessResult tryRun(Path folder, Map<String, String> env, String... command) {
        try (var running = Program.of(command)
                .withEnv("PATH", path)
                .withEnv(env)
                .inFolder(folder)
                .start()) {
            return running.awaitExit(Duration.ofMinutes(1));
        }
    }
}
