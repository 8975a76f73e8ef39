package dev.slipway.certs.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.TestClock;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Arguments;
import dev.slipway.contract.cli.Invocation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertsCommandTest {
    private final Problems problems = new Problems();

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void createdFilesPassInspection() {
        assertThat(create()).isEqualTo(ExitStatus.OK);

        assertThat(inspectAll(TestClock.NOON)).isEqualTo(ExitStatus.OK);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("names   localhost, 127.0.0.1")
                .contains("chain   holds")
                .contains("left    90 days")
                .contains("owner   'CN=slipway-serving,O=Slipway'");
    }

    @Test
    void existingFilesAreReplacedOnlyByForce() throws Exception {
        create();
        String before = Files.readString(directory.resolve("tls.crt"));

        assertThat(create()).isEqualTo(ExitStatus.FAILED);
        assertThat(error()).contains("4 problems in").contains("tls.key exists; --force replaces it");
        assertThat(directory.resolve("tls.crt")).hasContent(before.stripTrailing());
        assertThat(run("create", "--dir", directory.toString(), "--dns", "localhost", "--force"))
                .isEqualTo(ExitStatus.OK);
        assertThat(Files.readString(directory.resolve("tls.crt"))).isNotEqualTo(before);
    }

    @Test
    void renewKeepsAuthorityAndNames() throws Exception {
        create();
        String authority = Files.readString(directory.resolve("ca.crt"));
        String leaf = Files.readString(directory.resolve("tls.crt"));

        assertThat(run("renew", "--dir", directory.toString())).isEqualTo(ExitStatus.OK);

        assertThat(directory.resolve("ca.crt")).hasContent(authority.stripTrailing());
        assertThat(Files.readString(directory.resolve("tls.crt"))).isNotEqualTo(leaf);
        assertThat(error()).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("serving certificate for localhost, 127.0.0.1");
        assertThat(inspectAll(TestClock.NOON)).isEqualTo(ExitStatus.OK);
    }

    @Test
    void newAuthorityStandsBesideTheOldUntilTheOldHasExpired() {
        create();
        assertThat(run("renew", "--dir", directory.toString(), "--new-ca")).isEqualTo(ExitStatus.OK);
        assertThat(bundle().certificates()).hasSize(2);
        assertThat(inspectAll(TestClock.NOON)).as("the old leaf still holds").isEqualTo(ExitStatus.OK);

        assertThat(run("renew", "--dir", directory.toString())).isEqualTo(ExitStatus.OK);
        assertThat(inspectAll(TestClock.NOON)).isEqualTo(ExitStatus.OK);

        Instant afterBoth = TestClock.NOON.plus(Duration.ofDays(3000));
        assertThat(runAt(afterBoth, "renew", "--dir", directory.toString(), "--new-ca"))
                .isEqualTo(ExitStatus.OK);
        assertThat(bundle().certificates()).hasSize(1);
    }

    @Test
    void expiredAuthorityRenewsNothing() {
        create();

        assertThat(runAt(TestClock.NOON.plus(Duration.ofDays(3000)), "renew", "--dir", directory.toString()))
                .isEqualTo(ExitStatus.FAILED);
        assertThat(error()).contains("expired at").contains("renew --new-ca");
    }

    @Test
    void caBundleIsTheBase64OfTheAuthority() throws Exception {
        create();

        out.reset();
        assertThat(run("ca-bundle", "--dir", directory.toString())).isEqualTo(ExitStatus.OK);

        assertThat(CertificateBundle.fromBase64(
                        out.toString(StandardCharsets.UTF_8).strip()))
                .hasValue(bundle());
        assertThat(run("ca-bundle", directory.resolve("tls.crt").toString())).isEqualTo(ExitStatus.FAILED);
        assertThat(error()).contains("which is not a CA");
    }

    @Test
    void inspectionNamesExpiredForeignAndUnreadableFiles() throws Exception {
        create();
        Path other = directory.resolve("other");
        run("create", "--dir", other.toString(), "--dns", "localhost");
        Files.writeString(directory.resolve("garbage.crt"), "garbage");

        assertThat(runAt(
                        TestClock.NOON.plus(Duration.ofDays(91)),
                        "inspect",
                        directory.resolve("tls.crt").toString(),
                        other.resolve("ca.crt").toString(),
                        other.resolve("tls.key").toString(),
                        directory.resolve("garbage.crt").toString(),
                        directory.resolve("missing.crt").toString(),
                        directory.toString()))
                .isEqualTo(ExitStatus.FAILED);

        assertThat(error())
                .contains("tls.crt holds a certificate that expired at 2026-05-30T12:00:00Z")
                .contains("tls.key holds a private key of none of these certificates")
                .contains("garbage.crt is not PEM")
                .contains("missing.crt does not exist")
                .contains("can't be read: it is a directory");
    }

    @Test
    void inspectionNamesALeafOfAnotherAuthority() {
        create();
        Path other = directory.resolve("other");
        run("create", "--dir", other.toString(), "--dns", "localhost");

        assertThat(run(
                        "inspect",
                        directory.resolve("ca.crt").toString(),
                        other.resolve("tls.crt").toString()))
                .isEqualTo(ExitStatus.FAILED);
        assertThat(error()).contains("does not chain: it was signed by");
    }

    @Test
    void everyMistakeOfTheCommandLineIsReportedAtOnce() {
        assertThat(run(
                        "create",
                        "--dri",
                        "x",
                        "--dns",
                        "1.2.3.4",
                        "--ip",
                        "localhost",
                        "--validity",
                        "5y",
                        "--force=no"))
                .isEqualTo(ExitStatus.USAGE);

        assertThat(error())
                .startsWith("6 problems in the command line:")
                .contains("--dri is unknown; did you mean --dir?")
                .contains("--dir is missing")
                .contains("--dns is '1.2.3.4'")
                .contains("--ip is 'localhost'")
                .contains("--validity is '5y'; expected a validity such as 90d")
                .contains("--force takes no value");
    }

    @Test
    void unknownCommandsGetASuggestion() {
        assertThat(run("creat")).isEqualTo(ExitStatus.USAGE);
        assertThat(error()).contains("creat is unknown; did you mean create?");
        assertThat(run()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void helpNamesEveryCommandAndOption() {
        assertThat(run("--help")).isEqualTo(ExitStatus.OK);

        String help = out.toString(StandardCharsets.UTF_8);
        Command.ALL.forEach(command -> assertThat(help).contains("\n  " + command.word() + " "));
        Command.ALL.forEach(
                command -> command.flags().forEach(flag -> assertThat(help).contains(flag.name())));
    }

    @Test
    void namesMayBeRepeatedListedOrSplitAtCommas() {
        for (var words : List.of(
                List.of("create", "--dns", "a", "b", "--dir", "x"),
                List.of("create", "--dns", "a", "--dir", "x", "--dns", "b"),
                List.of("create", "--dns=a,b", "--dir=x"))) {
            assertThat(parse(words).all(Option.DNS)).containsExactly("a", "b");
            assertThat(problems.isEmpty()).isTrue();
        }
        parse(List.of("create", "--dir", "x", "stray"));
        assertThat(problems.describe("it")).contains("stray is not expected after the command");
    }

    @Test
    void aFolderIsGivenOnce() {
        assertThat(run("create", "--dir", "a", "--dir", "b", "--dns", "x")).isEqualTo(ExitStatus.USAGE);
        assertThat(error()).contains("--dir is given more than once, as argument 2 and argument 4; expected once");
    }

    @Test
    void everyCommandHasItsHelp() {
        for (Command command : Command.ALL) {
            out.reset();
            assertThat(run(command.word(), "--help")).isEqualTo(ExitStatus.OK);
            assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("slipway-certs " + command.word() + ": ");
        }
        assertThat(run("inspect")).isEqualTo(ExitStatus.USAGE);
        assertThat(error()).contains("inspect needs a FILE behind it");
    }

    private Invocation.Run<Command> parse(List<String> words) {
        return (Invocation.Run<Command>) Arguments.parse(new CertsCommand(), words.toArray(new String[0]), problems);
    }

    private ExitStatus create() {
        return run("create", "--dir", directory.toString(), "--dns", "localhost", "--ip", "127.0.0.1");
    }

    private ExitStatus inspectAll(Instant at) {
        return runAt(
                at,
                "inspect",
                directory.resolve("ca.crt").toString(),
                directory.resolve("ca.key").toString(),
                directory.resolve("tls.crt").toString(),
                directory.resolve("tls.key").toString());
    }

    private CertificateBundle bundle() {
        return new CertificateFiles(directory).readBundle(new Problems()).orElseThrow();
    }

    private ExitStatus run(String... words) {
        return runAt(TestClock.NOON, words);
    }

    private ExitStatus runAt(Instant at, String... words) {
        return CertsCommand.run(
                List.of(words),
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        TestClock.at(at)));
    }

    private String error() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
