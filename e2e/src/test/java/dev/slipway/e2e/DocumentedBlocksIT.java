package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.monitoring.Promtool;
import dev.slipway.testkit.docs.Block;
import dev.slipway.testkit.docs.Blocks;
import dev.slipway.testkit.docs.PodFragment;
import dev.slipway.testkit.docs.ShellBlock;
import dev.slipway.testkit.docs.ShellBlock.Call;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Every fenced block of README and docs is tried here by what it is meant for: bash, kubectl, the API server, kustomize, Helm,
 * promtool, PostgreSQL. A program or a kind of object that is not ours and not Kubernetes' own is named by the comment
 * {@code <!-- needs: NAME -->} on the line before the block, and read only. DocumentedCommandsIT judges the command lines and
 * files of settings of {@code slipway}, DocumentedPodsTest the annotations.
 */
@KubernetesTest
class DocumentedBlocksIT {
    private static final Path ROOT = Manifests.ROOT.resolveSibling("");
    private static final JsonMapper JSON = new JsonMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Languages that are not tried: pictures, and what programs print. */
    private static final Set<String> ONLY_READ = Set.of("mermaid", "text");

    /** Commands and manifests that lie elsewhere. */
    private static final String RELEASE = "a release";

    /** By their program. */
    private static final Map<String, String> FOREIGN_PROGRAMS = Map.ofEntries(
            Map.entry("docker", "Docker"),
            Map.entry("kind", "kind"),
            Map.entry("kubeseal", "Sealed Secrets"),
            Map.entry("sops", "SOPS"),
            Map.entry("flyway", "Flyway"),
            Map.entry("liquibase", "Liquibase"),
            Map.entry("vault", "Vault"),
            Map.entry("tar", RELEASE),
            Map.entry("ln", RELEASE),
            Map.entry("git", "git"),
            Map.entry("gh", "GitHub"),
            Map.entry("cosign", "cosign"));

    /** By the group of their objects, or by a key if they are parts of one. */
    private static final Map<String, String> FOREIGN_OBJECTS = Map.of(
            "external-secrets.io", "External Secrets",
            "postgresql.cnpg.io", "CloudNativePG",
            "snapshot.storage.k8s.io", "CSI snapshots",
            "ignoreDifferences", "Argo CD",
            "jobs", "GitHub Actions",
            "repos", "pre-commit");

    /** Judged by DocumentedCommandsIT, or run by ComingFromIT. */
    private static final Set<String> JUDGED_ELSEWHERE =
            Set.of("slipway", "init-migrator/bin/slipway", "psql", "pg_dump", "openssl");

    /** Files of the API server itself: with them ClientCertificateIT starts one. */
    private static final Set<String> KINDS_OF_FILES = Set.of("AdmissionConfiguration", "Config");

    /** Its examples are wrong on purpose, each in its own way: the tests of lint judge them. */
    private static final String LINTED = "docs/rules.md";

    private static final Pattern OF_A_GROUP =
            Pattern.compile("(?m)^ +(kubectl|helm) [a-z -]*(SUBCOMMAND|\\[command]|\\([a-z-]+ \\|)");

    /** What statements of the pages are about. */
    private static final String BEFORE_SQL = """
            create role shop;
            create table people (id int, name text, full_name text);
            create table flyway_schema_history ();
            create table slipway_run (restore_point text, restore_lsn pg_lsn, started_at timestamptz);
            """;

    private static List<Block> blocks = List.of();
    private static Kubectl kubectl;

    @TempDir
    private Path folder;

    @BeforeAll
    static void read(KubernetesCluster cluster) throws IOException {
        blocks = Blocks.of(ROOT);
        kubectl = cluster.kubectl();
    }

    @Test
    void everyBlockIsOfALanguageThatIsTried() {
        assertThat(blocks).hasSizeGreaterThan(50);
        assertThat(blocks.stream()
                        .filter(block -> !ONLY_READ.contains(block.language()))
                        .filter(block ->
                                !Set.of("sh", "yaml", "sql", "json", "toml").contains(block.language()))
                        .map(block -> block + ": '" + block.language() + "'"))
                .as("write sh, yaml, sql, json or toml behind the fence, or text for what is printed")
                .isEmpty();
    }

    @Test
    void commandsAreThoseOfTheirPrograms(TestReporter reporter) throws IOException {
        var wrong = new ArrayList<String>();
        for (Block block : ofLanguage("sh")) {
            var needs = new TreeSet<String>();
            for (Call call : ShellBlock.calls(block, ROOT, Files.createTempDirectory(folder, "block"))) {
                String foreign = FOREIGN_PROGRAMS.get(call.program());
                if (foreign != null) {
                    needs.add(foreign);
                } else if (call.arguments().stream().anyMatch(DocumentedBlocksIT::isElsewhere)) {
                    needs.add(RELEASE);
                } else {
                    complaint(call).ifPresent(complaint -> wrong.add(call + ": " + complaint));
                }
            }
            compare(block, needs, wrong, reporter);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void manifestsAreTakenByTheApiServer(TestReporter reporter) throws IOException {
        var wrong = new ArrayList<String>();
        for (Block block : ofLanguage("yaml")) {
            var needs = new TreeSet<String>();
            for (JsonNode document : documents(block)) {
                Optional<String> foreign = FOREIGN_OBJECTS.entrySet().stream()
                        .filter(each -> document.path("apiVersion").asString("").startsWith(each.getKey() + "/")
                                || document.has(each.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst();
                foreign.ifPresent(needs::add);
                if (isElsewhere(document)) {
                    needs.add(RELEASE);
                } else if (foreign.isEmpty()) {
                    complaint(block, document).ifPresent(complaint -> wrong.add(block + ": " + complaint));
                }
            }
            compare(block, needs, wrong, reporter);
        }
        assertThat(wrong).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void sqlRuns(TestDatabase database) throws SQLException {
        Map<String, List<Block>> pages = new LinkedHashMap<>();
        ofLanguage("sql").stream()
                .filter(block -> !block.page().equals(LINTED))
                .forEach(block -> pages.computeIfAbsent(block.page(), page -> new ArrayList<>())
                        .add(block));
        assertThat(pages).isNotEmpty();
        for (List<Block> page : pages.values()) {
            try (Connection connection = database.connectAsSuperuser();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute(BEFORE_SQL);
                for (Block block : page) {
                    assertThat(block.needs()).as(block + " needs nothing else").isEmpty();
                    try {
                        statement.execute(block.text());
                    } catch (SQLException failed) {
                        throw new AssertionError(block + ": " + failed.getMessage(), failed);
                    }
                }
                connection.rollback();
            }
        }
    }

    @Test
    void jsonIsJson() {
        for (Block block : ofLanguage("json")) {
            assertThat(JSON.readTree(block.text()).isObject())
                    .as(block.toString())
                    .isTrue();
        }
    }

    private static List<Block> ofLanguage(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** What is found has to be what the comment says, so that no comment outlives its reason. */
    private static void compare(Block block, Set<String> found, List<String> wrong, TestReporter reporter) {
        if (!found.equals(block.needs())) {
            wrong.add(block + " has the comment on needs " + block.needs() + "; expected "
                    + (found.isEmpty() ? "none" : "<!-- needs: " + String.join(", ", found) + " -->"));
        } else if (!found.isEmpty()) {
            reporter.publishEntry(block.toString(), "read only; needs " + String.join(", ", found));
        }
    }

    private static boolean isElsewhere(String argument) {
        return argument.startsWith("https://") || argument.startsWith("oci://") || argument.startsWith("github.com/");
    }

    /** A Kustomization that takes a base from there. */
    private static boolean isElsewhere(JsonNode document) {
        return StreamSupport.stream(document.path("resources").spliterator(), false)
                .anyMatch(each -> isElsewhere(each.asString()));
    }

    private Optional<String> complaint(Call call) throws IOException {
        return switch (call.program()) {
            case "kubectl" ->
                call.arguments().get(0).equals("slipway")
                        ? plugin(call.arguments().get(1))
                        : kubectl(call.arguments());
            case "helm" -> helm(call.arguments());
            case "demo" -> call.arguments().isEmpty() ? Optional.empty() : Optional.of("./demo is shown without flags");
            default ->
                JUDGED_ELSEWHERE.contains(call.program())
                        ? Optional.empty()
                        : Optional.of("no judge for this program: add one here, or what it needs");
        };
    }

    /** kubectl reads all flags before it prints help; and what is applied has to be there. */
    private static Optional<String> kubectl(List<String> arguments) {
        Kubectl.Result help = kubectl.tryRun(with(arguments, "--help").toArray(String[]::new));
        Optional<String> complaint = ended(help).or(() -> isOfAGroup(help.output()));
        for (int i = 0; i + 1 < arguments.size() && complaint.isEmpty(); i++) {
            Path path = ROOT.resolve(arguments.get(i + 1));
            if (arguments.get(i).equals("-k")) {
                complaint = path.startsWith(ROOT.resolve("environments"))
                        ? Optional.empty()
                        : ended(kubectl.tryRun("kustomize", path.toString()));
            } else if (arguments.get(i).equals("-f") && !arguments.get(i + 1).equals("-")) {
                complaint = ended(kubectl.tryRun("create", "--dry-run=client", "-f", path.toString()));
            }
        }
        return complaint;
    }

    /** KubectlPluginIT runs them. */
    private static Optional<String> plugin(String command) throws IOException {
        return Files.readString(Manifests.ROOT.resolve("plugin/kubectl-slipway"))
                        .contains("\n  " + command + " ")
                ? Optional.empty()
                : Optional.of("the plugin's help has no " + command);
    }

    private Optional<String> helm(List<String> arguments) {
        Helm helm = Helm.find(folder);
        ProcessResult help = helm.tryRun(with(arguments, "--help"));
        Optional<String> complaint = ended(help).or(() -> isOfAGroup(help.text()));
        int chart = arguments.indexOf("k8s/chart/slipway");
        if (complaint.isPresent() || chart < 0) {
            return complaint;
        }
        var template = new ArrayList<>(List.of("template"));
        template.addAll(arguments.subList(1, arguments.size()));
        template.removeAll(List.of("--wait", "--reset-then-reuse-values", "--take-ownership"));
        template.replaceAll(each -> each.startsWith("k8s/") ? ROOT.resolve(each).toString() : each);
        return ended(helm.tryRun(template));
    }

    /** Asked for a command that a group does not have, both programs print the help of the group. */
    private static Optional<String> isOfAGroup(String help) {
        return OF_A_GROUP.matcher(help).find() ? Optional.of("is no command:\n" + help) : Optional.empty();
    }

    private static List<JsonNode> documents(Block block) {
        try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(block.text())) {
            return all.readAll();
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(block + " is no YAML", malformed);
        }
    }

    private Optional<String> complaint(Block block, JsonNode document) throws IOException {
        if (KINDS_OF_FILES.contains(document.path("kind").asString(""))) {
            return Optional.empty();
        }
        if (document.has("patches")) {
            return kustomize(block);
        }
        if (document.has("scrape_configs")) {
            return promtool(block);
        }
        JsonNode object =
                PodFragment.complete(document).map(JsonNode.class::cast).orElse(document);
        return ended(kubectl.tryRunWith(
                object.toString(),
                "create",
                "--dry-run=server",
                "--validate=strict",
                "--namespace=default",
                "-f",
                "-"));
    }

    /** A part of a Kustomization changes what it is about. */
    private Optional<String> kustomize(Block block) throws IOException {
        Path copy = Manifests.copyTo(Files.createTempDirectory(folder, "kustomize"));
        Path overlay = Files.createDirectories(copy.resolve("documented"));
        Files.writeString(overlay.resolve("Kustomization"), "resources: [../base]\n" + block.text());
        Kubectl.Result patched = kubectl.tryRun("kustomize", overlay.toString());
        return patched.output()
                        .equals(kubectl.run("kustomize", copy.resolve("base").toString()))
                ? Optional.of("changes nothing in k8s/base")
                : ended(patched);
    }

    private Optional<String> promtool(Block block) throws IOException {
        Path configuration = Files.createTempDirectory(folder, "prometheus");
        try (Stream<Path> rules = Files.list(Manifests.ROOT.resolve("monitoring"))) {
            for (Path each : rules.toList()) {
                Files.copy(each, configuration.resolve(each.getFileName()));
            }
        }
        Files.writeString(configuration.resolve("prometheus.yml"), block.text());
        return ended(Promtool.run(configuration, "check", "config", "prometheus.yml"));
    }

    private static Optional<String> ended(Kubectl.Result result) {
        return result.exitCode() == 0 ? Optional.empty() : Optional.of(result.text());
    }

    private static Optional<String> ended(ProcessResult result) {
        return result.exitCode() == 0 ? Optional.empty() : Optional.of(result.text());
    }

    private static List<String> with(List<String> arguments, String last) {
        return Stream.concat(arguments.stream(), Stream.of(last)).toList();
    }
}
