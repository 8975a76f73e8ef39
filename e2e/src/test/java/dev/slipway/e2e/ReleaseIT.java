package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.kubernetes.KubeBinaries;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people install without a clone. The jars and the images of a release are tried by {@code .ci/release dry-run}. */
@KubernetesTest
class ReleaseIT {
    private static final String REPOSITORY = "https://github.com/slipway-dev/slipway";

    private final Kubectl kubectl;
    private final Helm helm;

    @TempDir
    private Path folder;

    ReleaseIT(KubernetesCluster cluster, @TempDir Path home) {
        this.kubectl = cluster.kubectl();
        this.helm = Helm.find(home);
    }

    @Test
    void itsFilesAreTheObjectsOfKustomize() throws IOException {
        release("manifests", folder.toString());

        String file = Files.readString(folder.resolve("install.yaml"));
        String applied = kubectl.runWith(file, "apply", "--dry-run=client", "-o", "name", "-f", "-");
        assertThat(ComparableObjects.parse(file))
                .isEqualTo(ComparableObjects.parse(kustomize(Manifests.ROOT.toString())));
        assertThat(applied.lines()).hasSize(18).contains("namespace/slipway-system");
        assertThat(ComparableObjects.parse(helm.run(
                        "template",
                        Helm.RELEASE,
                        folder.resolve("slipway-" + release("version").strip() + ".tgz")
                                .toString(),
                        "--namespace=" + Helm.NAMESPACE,
                        "--skip-tests")))
                .isEqualTo(ComparableObjects.parse(file));
    }

    /** As the page writes them, with a repository on this machine in place of GitHub's. */
    @Test
    void theAddressesOfThePageLeadToTheTag() throws IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Manifests.copyTo(repository);
        String page = Files.readString(Manifests.ROOT.resolveSibling("docs/install.md"));
        git(repository, "init", "-q");
        git(repository, "add", ".");
        git(repository, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "a");
        git(repository, "tag", "v" + release("version").strip());
        Files.writeString(repository.resolve("k8s/base/Kustomization"), "kind: LaterThanTheTag");

        var addresses = Pattern.compile(Pattern.quote(REPOSITORY) + "(//k8s[^'\\s]*)")
                .matcher(page)
                .results()
                .toList();

        assertThat(addresses).hasSizeGreaterThan(2).allSatisfy(address -> {
            String path = address.group(1);
            Path here = Manifests.ROOT.resolveSibling(path.substring(2, path.indexOf('?')));
            assertThat(kustomize("file://" + repository + path)).isEqualTo(kustomize(here.toString()));
        });
    }

    @Test
    void anotherTagThanTheVersionOfTheSourcesIsRefused() {
        ProcessResult result = tryRelease("version", "v99.0.0");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.text()).contains("the tag is v99.0.0, and the sources are of version ");
    }

    /** The identity is the path of the workflow that signs; another file name would make every verification fail. */
    @Test
    void thePageVerifiesWhatTheWorkflowSigns() throws IOException {
        String page = Files.readString(Manifests.ROOT.resolveSibling("docs/install.md"));
        String workflow = Files.readString(Manifests.ROOT.resolveSibling(".github/workflows/release.yml"));

        assertThat(page)
                .contains("--certificate-identity " + REPOSITORY + "/.github/workflows/release.yml@refs/tags/$tag");
        assertThat(workflow)
                .contains("cosign sign --yes --recursive \"$IMAGE@$digest\"")
                .contains("cosign sign --yes \"$CHARTS/slipway@")
                .contains("cosign sign-blob --yes --bundle \"$file.sigstore.json\" \"$file\"")
                .contains("subject-checksums: out/SHA256SUMS");
    }

    /** By the names that uname has for what the workflow's machines are. */
    @Test
    void thePagesNameTheArchivesThatTheWorkflowMakes() throws IOException {
        String workflow = Files.readString(Manifests.ROOT.resolveSibling(".github/workflows/release.yml"));
        String archives = workflow.substring(workflow.indexOf("  archive:\n"), workflow.indexOf("  assets:\n"));

        assertThat(archives)
                .contains("{platform: amd64, runner: ubuntu-24.04}", "{platform: arm64, runner: ubuntu-24.04-arm}")
                .contains(".ci/release archive out");
        assertThat(workflow).contains(".ci/release assets out archives");
        assertThat(Files.readString(Manifests.ROOT.resolveSibling("docs/command-line.md")))
                .contains("slipway-VERSION-linux-x86_64.tar.gz", "slipway-VERSION-linux-aarch64.tar.gz");
    }

    private String kustomize(String address) {
        return kubectl.run("kustomize", address);
    }

    private String release(String... arguments) {
        ProcessResult result = tryRelease(arguments);
        assertThat(result.exitCode()).as(result.text()).isZero();
        return String.join("\n", result.stdout());
    }

    private ProcessResult tryRelease(String... arguments) {
        return run(Program.of(Manifests.ROOT.resolveSibling(".ci/release").toString())
                .withArguments(arguments)
                .withEnv(Helm.VARIABLE, helm.program().toString())
                .withEnv(KubeBinaries.VARIABLE, System.getenv().getOrDefault(KubeBinaries.VARIABLE, "")));
    }

    private static void git(Path repository, String... arguments) {
        String[] inRepository = Arrays.copyOf(new String[] {"-C", repository.toString()}, arguments.length + 2);
        System.arraycopy(arguments, 0, inRepository, 2, arguments.length);
        ProcessResult result = run(Program.of("git").withArguments(inRepository));
        assertThat(result.exitCode()).as(result.text()).isZero();
    }

    private static ProcessResult run(Program program) {
        try (RunningProcess process = program.start()) {
            return process.awaitExit(Duration.ofMinutes(1));
        }
    }
}
