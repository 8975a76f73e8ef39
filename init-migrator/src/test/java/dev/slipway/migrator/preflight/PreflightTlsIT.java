package dev.slipway.migrator.preflight;

import static dev.slipway.migrator.preflight.PreflightRun.finding;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingCertificate;
import dev.slipway.certs.ServingNames;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every TLS mode against a server with a certificate for "localhost", by the PG client and by the JDBC driver. */
class PreflightTlsIT {
    private static final String KEY_STORE_PASSWORD = "changeit";
    private static final Path PSQL = Path.of("/usr/bin/psql");
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    static Path folder;

    static PostgresServer server;
    static TestDatabase database;
    static Path ca;
    static Path otherCa;
    static String clientCertificate = "";
    static String clientKey = "";

    @BeforeAll
    static void startServerWithCertificate() throws Exception {
        var authority = CertificateAuthority.create(Duration.ofDays(1), CLOCK);
        ServingCertificate certificate =
                authority.issueServing(ServingNames.ofDns("localhost"), Duration.ofDays(1), CLOCK);
        ca = Files.writeString(folder.resolve("ca.crt"), Pem.write(authority.certificate()));
        otherCa = Files.writeString(
                folder.resolve("other-ca.crt"),
                Pem.write(CertificateAuthority.create(Duration.ofDays(1), CLOCK).certificate()));
        server = PostgresServer.start(Major.selected().get(0));
        database = server.createDatabase();
        admitByCertificate();
        useCertificate(certificate);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void verifyFullChecksCertificateAndName() {
        bothDriversConnect(
                "localhost", "verify-full", ca, "encrypted, certificate and host name checked against " + ca);
    }

    @Test
    void verifyCaTakesAnyName() {
        bothDriversConnect("127.0.0.1", "verify-ca", ca, "encrypted, certificate checked against " + ca);
    }

    @Test
    void requireAndPreferEncryptWithoutChecking() {
        bothDriversConnect("127.0.0.1", "require", otherCa, "encrypted, certificate not checked");
        bothDriversConnect("127.0.0.1", "prefer", otherCa, "encrypted, certificate not checked");
    }

    @Test
    void disableIsNotEncrypted() {
        bothDriversConnect("127.0.0.1", "disable", ca, "not encrypted, but does not leave this machine");
    }

    @Test
    void anotherCaIsRefusedByBothDrivers() {
        bothDriversRefuse(
                "localhost", "verify-full", otherCa, "the certificate was not issued by the CA in " + otherCa);
        bothDriversRefuse("localhost", "verify-ca", otherCa, "the certificate was not issued by the CA in " + otherCa);
    }

    @Test
    void anotherNameIsRefusedByBothDrivers() {
        bothDriversRefuse("127.0.0.1", "verify-full", ca, "connect by a name that is in the certificate");
    }

    @Test
    void withoutARootCertificateOnlyTheCasOfJavaAreTrusted() {
        PreflightReport report = run("localhost", "verify-full").run();
        assertThat(finding(report, "reachable").wayOut()).startsWith("name the CA's certificate in sslrootcert");
        assertThat(tryJdbc(run("localhost", "verify-full").env)).contains("SSL error");
    }

    @Test
    void aServerWithoutTlsIsRefusedWhereTlsIsRequired() {
        try (var plain = PostgresServer.start(Major.selected().get(0))) {
            TestDatabase other = plain.createDatabase();
            PreflightReport report =
                    PreflightRun.of(other).with("PGSSLMODE", "require").run();
            assertThat(report.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
            assertThat(finding(report, "reachable").seen()).endsWith("does not offer TLS, and sslmode is require");
        }
    }

    @Test
    void aClientCertificateTakesThePlaceOfAPassword() throws Exception {
        Path certificate = Files.writeString(folder.resolve("client.crt"), clientCertificate);
        Path key = Files.writeString(folder.resolve("client.key"), clientKey);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

        PreflightRun run = run("localhost", "verify-full")
                .with("PGSSLROOTCERT", ca.toString())
                .with("PGUSER", "certified")
                .with("PGPASSWORD", "")
                .with("PGSSLCERT", certificate.toString())
                .with("PGSSLKEY", key.toString());
        bothDriversConnect(run);

        run.env.remove("PGSSLCERT");
        run.env.remove("PGSSLKEY");
        PreflightReport without = run.run();
        assertThat(without.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(finding(without, "reachable").seen()).contains("requires a valid client certificate (28000)");
    }

    /** The webhook mounts it with mode 0444, because the uid of the process is not known in advance. */
    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void aClientKeyInAMountedSecretMayBeReadableByAll(String mode, @TempDir Path secret) throws IOException {
        mount(secret, "PGHOST", "localhost");
        mount(secret, "PGPORT", requireNonNull(database.env().get("PGPORT")));
        mount(secret, "PGDATABASE", requireNonNull(database.env().get("PGDATABASE")));
        mount(secret, "PGUSER", "certified");
        mount(secret, "PGSSLMODE", mode);
        mount(secret, "PGSSLROOTCERT", Files.readString(ca));
        mount(secret, "PGSSLCERT", clientCertificate);
        mount(secret, "PGSSLKEY", clientKey);
        bothDriversConnect(PreflightRun.of(Map.of()).with("SLIPWAY_DATABASE_DIR", secret.toString()));

        mount(secret, "PGSSLROOTCERT", Files.readString(otherCa));
        PreflightRun other = PreflightRun.of(Map.of()).with("SLIPWAY_DATABASE_DIR", secret.toString());
        if (mode.equals("require")) {
            bothDriversConnect(other);
        } else {
            assertThat(other.run().exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
            assertThat(tryJdbc(other.env)).contains("unable to find valid certification path");
        }
    }

    @Test
    void theHostNameIsCheckedAlsoWithAClientCertificate(@TempDir Path secret) throws IOException {
        mount(secret, "PGSSLCERT", clientCertificate);
        mount(secret, "PGSSLKEY", clientKey);
        PreflightRun run = run("127.0.0.1", "verify-full")
                .with("SLIPWAY_DATABASE_DIR", secret.toString())
                .with("PGSSLROOTCERT", ca.toString())
                .with("PGUSER", "certified");
        assertThat(run.run().exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(tryJdbc(run.env)).contains("hostname", "127.0.0.1");
    }

    /** The certificate's common name and alternative names, and a host: psql decides whether they match. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shop | dns:localhost | localhost
            localhost | dns:other | localhost
            shop | dns:localhost,ip:127.0.0.1 | 127.0.0.1
            localhost | ip:127.0.0.1 | localhost
            shop | ip:127.0.0.1 | localhost
            127.0.0.1 | dns:other | 127.0.0.1
            127.0.0.1 | ip:127.0.0.2 | 127.0.0.1
            127.0.0.1 | dns:localhost,ip:127.0.0.2 | 127.0.0.1
            """)
    void bothDriversJudgeNamesAsPsqlDoes(String commonName, String alternatives, String host, @TempDir Path own)
            throws Exception {
        if (!Files.isExecutable(PSQL)) {
            throw Prerequisite.missing("psql is missing; install it with: apt-get install postgresql-client");
        }
        Path keyStore = own.resolve("server.p12");
        keytool(keyStore, "-alias", "ca", "-dname", "CN=servers", "-ext", "bc:c");
        keytool(
                keyStore,
                "-alias",
                "server",
                "-dname",
                "CN=" + commonName,
                "-ext",
                "san=" + alternatives,
                "-signer",
                "ca");
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), KEY_STORE_PASSWORD.toCharArray());
        Path root = Files.writeString(own.resolve("ca.crt"), Pem.write((X509Certificate) keys.getCertificate("ca")));
        try (var named = PostgresServer.start(Major.NEWEST)) {
            Path data = named.log().resolveSibling("data");
            ownedLike(data, "server.crt", Pem.write((X509Certificate) keys.getCertificate("server")));
            ownedLike(data, "server.key", Pem.write((PrivateKey)
                    keys.getKey("server", KEY_STORE_PASSWORD.toCharArray())));
            named.execute("alter system set ssl = on");
            named.restart(false);
            PreflightRun run = PreflightRun.of(named.createDatabase())
                    .with("PGHOST", host)
                    .with("PGSSLMODE", "verify-full")
                    .with("PGSSLROOTCERT", root.toString());
            boolean fits = psqlConnects(run.env);
            assertThat(finding(run.run(), "reachable").verdict()).isEqualTo(fits ? Verdict.PASS : Verdict.FAIL);
            assertThat(tryJdbc(run.env)).matches(fits ? "t" : ".*hostname.*");
        }
    }

    private static boolean psqlConnects(Map<String, String> env) {
        try (var psql =
                Program.of(PSQL.toString(), "-XAtc", "select 1").withEnv(env).start()) {
            return psql.awaitExit(Duration.ofMinutes(1)).exitCode() == 0;
        }
    }

    /** Laid out like the kubelet does, and owned by another user if the test is allowed to do that. */
    private static void mount(Path secret, String key, String content) throws IOException {
        Path data = Files.createDirectories(secret.resolve("..data"));
        Path file = data.resolve(key);
        Files.deleteIfExists(file);
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        if (Files.getAttribute(secret, "unix:uid").equals(0)) {
            Files.setAttribute(file, "unix:uid", 65_534);
        }
        if (Files.notExists(secret.resolve(key))) {
            Files.createSymbolicLink(secret.resolve(key), Path.of("..data", key));
        }
    }

    private static void bothDriversConnect(PreflightRun run) {
        PreflightReport report = run.run();
        assertThat(finding(report, "reachable").verdict())
                .as(report.toTable(Terminal.NONE))
                .isEqualTo(Verdict.PASS);
        assertThat(tryJdbc(run.env)).isEqualTo("t");
    }

    /** Lets the role "certified" in by a certificate of a CA of its own, and by nothing else. */
    private static void admitByCertificate() throws Exception {
        Path keyStore = folder.resolve("clients.p12");
        keytool(keyStore, "-alias", "ca", "-dname", "CN=clients", "-ext", "bc:c");
        keytool(keyStore, "-alias", "certified", "-dname", "CN=certified", "-ext", "EKU=clientAuth", "-signer", "ca");
        KeyStore clients = KeyStore.getInstance(keyStore.toFile(), KEY_STORE_PASSWORD.toCharArray());
        clientCertificate = Pem.write((X509Certificate) clients.getCertificate("certified"));
        clientKey = Pem.write((PrivateKey) clients.getKey("certified", KEY_STORE_PASSWORD.toCharArray()));
        Path data = server.log().resolveSibling("data");
        ownedLike(data, "clients.crt", Pem.write((X509Certificate) clients.getCertificate("ca")));
        Path rules = data.resolve("pg_hba.conf");
        Files.writeString(rules, "hostssl all certified all cert\n" + Files.readString(rules));
        server.execute("create role certified login");
        server.execute("alter system set ssl_ca_file = 'clients.crt'");
    }

    private static void keytool(Path keyStore, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                KEY_STORE_PASSWORD));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    private static void bothDriversConnect(String host, String mode, Path root, String expected) {
        PreflightRun run = run(host, mode).with("PGSSLROOTCERT", root.toString());
        PreflightReport report = run.run();
        assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.OK);
        assertThat(finding(report, "tls").seen()).startsWith(expected);
        assertThat(tryJdbc(run.env)).isEqualTo(mode.equals("disable") ? "f" : "t");
    }

    private static void bothDriversRefuse(String host, String mode, Path root, String wayOut) {
        PreflightRun run = run(host, mode).with("PGSSLROOTCERT", root.toString());
        PreflightReport report = run.run();
        assertThat(report.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(finding(report, "reachable").wayOut())
                .as(report.toTable(Terminal.NONE))
                .startsWith(wayOut);
        assertThat(tryJdbc(run.env)).isNotIn("t", "f");
    }

    private static PreflightRun run(String host, String mode) {
        return PreflightRun.of(database).with("PGHOST", host).with("PGSSLMODE", mode);
    }

    /** Whether the JDBC driver's session is encrypted, according to the server; otherwise why it did not connect. */
    private static String tryJdbc(Map<String, String> env) {
        var problems = new Problems();
        DatabaseTarget target = requireNonNull(DatabaseTarget.read(Settings.fromEnv(env, problems), env, problems));
        assertThat(problems.list()).isEmpty();
        try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), target.jdbcProperties("test"));
                Statement statement = connection.createStatement();
                var result = statement.executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
            result.next();
            return result.getString(1);
        } catch (SQLException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static void useCertificate(ServingCertificate certificate) throws IOException {
        Path data = server.log().resolveSibling("data");
        ownedLike(data, "server.crt", Pem.write(certificate.certificate()));
        ownedLike(data, "server.key", Pem.write(certificate.key()));
        List.of("ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'", "ssl = on")
                .forEach(setting -> server.execute("alter system set " + setting));
        server.restart(false);
    }

    private static void ownedLike(Path data, String name, String content) throws IOException {
        Path file = Files.writeString(data.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Object owner = Files.getAttribute(data, "unix:uid");
        if (!owner.equals(Files.getAttribute(file, "unix:uid"))) {
            Files.setAttribute(file, "unix:uid", owner);
        }
    }
}
