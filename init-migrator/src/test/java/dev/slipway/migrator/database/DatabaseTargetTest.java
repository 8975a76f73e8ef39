package dev.slipway.migrator.database;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTargetTest {
    private static final String EVERY_SPECIAL_CHARACTER = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äß€😀";

    @TempDir
    Path secret;

    private final Map<String, String> env = new HashMap<>();
    private Problems problems = new Problems();
    private Settings settings = Settings.DEFAULTS;

    @Test
    void readsAllPartsOfAUrl() {
        env.put("DATABASE_URL", "postgresql://shop:s3cret@db.internal:6432/orders?sslmode=require&connect_timeout=3");

        DatabaseTarget target = read();

        assertThat(target.hosts()).containsExactly(new Host("db.internal", 6432));
        assertThat(target.database()).isEqualTo("orders");
        assertThat(target.credentials()).isEqualTo(new Credentials("shop", "s3cret"));
        assertThat(target.tls().mode()).isEqualTo(TlsMode.REQUIRE);
        assertThat(target.attemptTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(target.describe()).isEqualTo("shop@db.internal:6432/orders (TLS require)");
        assertThat(target.jdbcUrl()).isEqualTo("jdbc:postgresql://db.internal:6432/orders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://shop:pw@db/orders",
                "postgresql://shop:pw@db:5432/orders",
                "postgresql://shop:pw@db:/orders",
                "jdbc:postgresql://db/orders?user=shop&password=pw",
                "jdbc:postgresql://shop:pw@db/orders",
                "postgres:///orders?host=db&user=shop&password=pw",
                " postgres://shop:pw@db/orders\n",
            })
    void understandsEveryFormOfUrl(String url) {
        env.put("DATABASE_URL", url);

        DatabaseTarget target = read();

        assertThat(target.describe()).isEqualTo("shop@db:5432/orders (TLS prefer)");
        assertThat(target.credentials().password()).isEqualTo("pw");
    }

    @Test
    void aPasswordMayHoldEverySpecialCharacterInEveryForm() {
        String encoded = PercentCode.encode(EVERY_SPECIAL_CHARACTER);

        for (String url : List.of(
                "postgres://shop:" + encoded + "@db/orders",
                "postgres://db/orders?user=shop&password=" + encoded,
                "jdbc:postgresql://db/orders?user=shop&password=" + encoded)) {
            env.put("DATABASE_URL", url);
            assertThat(read().credentials().password()).isEqualTo(EVERY_SPECIAL_CHARACTER);
        }
        env.put("DATABASE_URL", "postgres://shop@db/orders");
        env.put("PGPASSWORD", EVERY_SPECIAL_CHARACTER);
        assertThat(read().jdbcProperties("test")).containsEntry("password", EVERY_SPECIAL_CHARACTER);
    }

    @ParameterizedTest
    @CsvSource({"postgres://shop:a+b@db/o,a+b", "jdbc:postgresql://db/o?user=shop&password=a+b,a b"})
    void aPlusIsABlankOnlyWhereTheJdbcDriverReadsItSo(String url, String password) {
        env.put("DATABASE_URL", url);
        assertThat(read().credentials().password()).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://shop:Geh/eim@db/orders",
                "postgres://shop:Geh?eim@db/orders",
                "postgres://shop:Geh?eim=1@db/orders",
                "postgres://shop:Geheim%zz@db/orders",
                "postgres://shop:Geheim%@db/orders",
                "postgres://shop:Geheim%ff@db/orders",
                "jdbc:postgresql://shop:Geh?eim=1@db/orders",
                "mysql://shop:Geheim@db/orders",
                "shop:Geheim@db/orders",
                "postgres://shop:Geheim@db:port/orders",
                "postgres://shop:Geheim@::1/orders",
                "postgres://shop:Geheim@db:70000/orders",
                "postgres://shop:Geheim@db:543211/orders",
                "postgres://shop:Geheim@db/orders?sslmod=require",
                "postgres://shop:Geheim@/orders",
                "postgres://shop:Geheim@db",
                "postgres://:Geheim@db/orders",
                "postgres://shop:Geheim@db/orders?sslmode=on",
                "postgres://shop:Geheim@db/orders?eim Geh=1",
            })
    void noMessageAboutABrokenUrlShowsAnyOfItsPassword(String url) {
        env.put("DATABASE_URL", url);

        assertThat(tryToRead()).isNull();

        assertThat(problems.isEmpty()).isFalse();
        assertThat(problems.describe("the configuration")).doesNotContain("Geh").doesNotContain("eim");
    }

    @Test
    void neitherTextFormNorJdbcUrlHoldsThePassword() {
        env.put("DATABASE_URL", "postgres://shop:Geheim@db/orders");
        DatabaseTarget target = read();
        assertThat(target + target.describe() + target.jdbcUrl() + target.credentials() + target.tls())
                .doesNotContain("Geheim");
    }

    @Test
    void directUrlWinsAsTheOtherOneMayLeadToAPooler() {
        env.put("DATABASE_URL", "postgres://shop@pooler:6432/orders?pgbouncer=true");
        env.put("DIRECT_URL", "postgres://shop@db/orders");
        assertThat(read().hosts()).containsExactly(new Host("db", 5432));
    }

    @Test
    void aKeyThatSomebodyNamedWinsOverDirectUrl() {
        settings = new Settings.Builder(problems)
                .set(Setting.DATABASE_URL_KEY, "ORDERS_URL", "test")
                .build();
        env.put("DIRECT_URL", "postgres://shop@wrong/orders");
        env.put("ORDERS_URL", "postgres://shop@db/orders");
        assertThat(read().hosts()).containsExactly(new Host("db", 5432));
    }

    @Test
    void libpqsVariablesDoWithoutAUrl() {
        env.putAll(
                Map.of("PGHOST", "db", "PGPORT", "6000", "PGDATABASE", "orders", "PGUSER", "shop", "PGPASSWORD", "pw"));
        env.put("PGOPTIONS", "-c search_path=shop");
        DatabaseTarget target = read();
        assertThat(target.describe()).isEqualTo("shop@db:6000/orders (TLS prefer)");
        assertThat(target.options()).contains("-c search_path=shop");
        assertThat(target.jdbcProperties("test")).containsEntry("options", "-c search_path=shop");
    }

    @Test
    void aPathInTheUrlIsTheOneOfTheSession() {
        for (String parameter : List.of("currentSchema=shop,%22Common%22", "search_path=shop,%22Common%22")) {
            env.put("DATABASE_URL", "postgres://shop@db/orders?" + parameter);
            assertThat(read().searchPath()).contains("shop,\"Common\"");
            assertThat(read().jdbcProperties("test")).containsEntry("currentSchema", "shop,\"Common\"");
            assertThat(read().namesSchema()).isFalse();
        }
        env.put("DATABASE_URL", "postgres://shop@db/orders?schema=public");
        assertThat(read().namesSchema()).isTrue();
        assertThat(read().searchPath()).isEmpty();
    }

    @Test
    void whatAUrlLeavesOpenComesFromVariablesThenFiles() throws IOException {
        env.put("DATABASE_URL", "postgres://db/orders");
        env.put("PGUSER", "shop");
        mount("PGUSER", "not-me");
        mount("PGPASSWORD", "pw\n");
        assertThat(read().credentials()).isEqualTo(new Credentials("shop", "pw"));
    }

    @Test
    void aServerInTheEnvironmentWinsOverTheMountedSecret() throws IOException {
        env.putAll(Map.of("PGHOST", "near", "PGDATABASE", "orders", "PGUSER", "shop"));
        mount("DATABASE_URL", "postgres://other:pw@far/other");
        assertThat(read().describe()).isEqualTo("shop@near:5432/orders (TLS prefer)");
    }

    @Test
    void readsTheMountedSecret() throws IOException {
        mount("PGHOST", "db\n");
        mount("PGDATABASE", "orders\n");
        mount("PGUSER", "shop\r\n");
        mount("PGPASSWORD", "pw ends with a blank \n");
        assertThat(read().credentials()).isEqualTo(new Credentials("shop", "pw ends with a blank "));
    }

    @Test
    void aFileVariableThatLeadsNowhereIsAProblem() {
        env.put("DATABASE_URL_FILE", "/no/such/file");
        assertThat(problemsOfReading())
                .containsExactly("DATABASE_URL_FILE cannot be read: /no/such/file does not exist");
    }

    @Test
    void readsThePasswordFileOfLibpq() throws IOException {
        Path file = Files.writeString(
                secret.resolve("pgpass"),
                "# db:*:*:*:comment\nother:*:*:*:wrong\ndb:5433:*:*:wrong\ndb:5432:orders:shop:p\\:w\\\\x\n*:*:*:*:late\n");
        env.put("DATABASE_URL", "postgres://shop@db/orders");
        env.put("PGPASSFILE", file.toString());
        assertThat(read().credentials().password()).isEqualTo("p:w\\x");
    }

    @Test
    void readsThePasswordFileInTheHomeFolder() throws IOException {
        Files.writeString(secret.resolve(".pgpass"), "::1:5432:*:shop:wrong\n\\:\\:1:5432:*:shop:pw\n");
        env.put("HOME", secret.toString());
        env.put("DATABASE_URL", "postgres://shop@[::1]/orders");
        assertThat(read().credentials().password()).isEqualTo("pw");
    }

    @Test
    void severalHostsMeanThePrimaryAmongThem() {
        env.put("DATABASE_URL", "postgres://shop@a:1111,b,[2001:db8::1]:3333/orders");
        DatabaseTarget target = read();
        assertThat(target.hosts())
                .containsExactly(new Host("a", 1111), new Host("b", 5432), new Host("2001:db8::1", 3333));
        assertThat(target.jdbcUrl()).isEqualTo("jdbc:postgresql://a:1111,b:5432,[2001:db8::1]:3333/orders");
        assertThat(target.jdbcProperties("test")).containsEntry("targetServerType", "primary");
    }

    @Test
    void oneHostIsAskedForNoParticularRole() {
        env.put("DATABASE_URL", "postgres://shop@db/orders?target_session_attrs=read-write");
        assertThat(read().jdbcProperties("test")).doesNotContainKey("targetServerType");
    }

    @Test
    void portsAreOneForAllOrOneForEach() {
        env.putAll(Map.of("PGHOST", "a,b", "PGPORT", "6000", "PGDATABASE", "o", "PGUSER", "u"));
        assertThat(read().hosts()).containsExactly(new Host("a", 6000), new Host("b", 6000));
        env.put("PGPORT", "6000,6001,6002");
        assertThat(problemsOfReading()).containsExactly("PGPORT has 3 ports for 2 hosts; expected one for each");
    }

    @Test
    void theDriverIsToldEverythingExplicitly() throws IOException {
        Path root = mount("ca.crt", "-----BEGIN CERTIFICATE-----");
        env.put("DATABASE_URL", "postgres://shop:pw@db/orders?sslmode=verify-full&channel_binding=require");
        env.put("PGSSLROOTCERT", root.toString());

        assertThat(read().jdbcProperties("slipway/shop/api-1"))
                .containsEntry("ApplicationName", "slipway/shop/api-1")
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", root.toString())
                .containsEntry("sslcert", "")
                .containsEntry("sslkey", "")
                .containsEntry("gssEncMode", "disable")
                .containsEntry("channelBinding", "require")
                .containsEntry("tcpKeepAlive", "true")
                .containsEntry("socketTimeout", "0")
                .containsEntry("connectTimeout", "10")
                .containsEntry("loginTimeout", "10")
                .doesNotContainKeys("sslfactory", "preferQueryMode", "options");
    }

    @Test
    void verifyingWithoutARootCertificateTrustsWhatJavaTrusts() {
        env.put("DATABASE_URL", "postgres://shop:pw@db/orders?sslmode=verify-full&sslrootcert=system");
        assertThat(read().jdbcProperties("test"))
                .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")
                .doesNotContainKey("sslrootcert");
    }

    @Test
    void aRelativeRootCertificateLiesInTheSecret() throws IOException {
        Path root = mount("ca.crt", "-----BEGIN CERTIFICATE-----");
        mount("DATABASE_URL", "postgres://shop:pw@db/orders?sslmode=verify-ca&sslrootcert=ca.crt");
        assertThat(read().tls().rootCertificate()).contains(root);
    }

    @Test
    void aSecretMayHoldTheCertificateItself() throws IOException {
        Path root = mount("PGSSLROOTCERT", "-----BEGIN CERTIFICATE-----\n");
        mount("DATABASE_URL", "postgres://shop:pw@db/orders?sslmode=verify-ca");
        assertThat(read().tls().rootCertificate()).contains(root);
    }

    @Test
    void aClientKeyOfThisUserThatOthersMayReadIsRefused(@TempDir Path home) throws IOException {
        env.put("DATABASE_URL", "postgres://shop@db/orders?sslmode=require");
        env.put("PGSSLCERT", mount("client.crt", "-----BEGIN CERTIFICATE-----").toString());
        Path key = Files.writeString(home.resolve("client.key"), "DER");
        env.put("PGSSLKEY", key.toString());
        assertThat(problemsOfReading()).singleElement().asString().contains("is not a PKCS#8 key in PEM format");

        Files.writeString(key, "-----BEGIN PRIVATE KEY-----");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        problems = new Problems();
        assertThat(problemsOfReading())
                .containsExactly("PGSSLKEY names " + key
                        + ", which others may read, though it belongs to this user; expected mode 0600");

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        problems = new Problems();
        assertThat(read().jdbcProperties("test")).containsEntry("sslkey", key.toString());
    }

    @Test
    void theModeOfAClientKeyInTheMountedSecretIsTheKubeletsChoice() throws IOException {
        mount("DATABASE_URL", "postgres://shop@db/orders?sslmode=require&sslkey=client.key&sslcert=client.crt");
        mount("client.crt", "-----BEGIN CERTIFICATE-----");
        Path key = mount("client.key", "-----BEGIN PRIVATE KEY-----");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--r--r--"));
        assertThat(read().tls().clientKey()).contains(key);
    }

    @ParameterizedTest
    @CsvSource({"RSA,RSA", "EC,EC", "Ed25519,EdDSA"})
    void aClientKeyMayBeOfEachUsualAlgorithm(String generator, String expected) throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance(generator).generateKeyPair().getPrivate();
        PrivateKey read = ClientKeyFile.read(mount("client.key", pem(key.getEncoded())));
        assertThat(read.getAlgorithm()).isEqualTo(expected);
        assertThat(read.getEncoded()).isEqualTo(key.getEncoded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2VjcmV0", "not base64: s3cret!", ""})
    void aClientKeyThatIsNoneIsNamedButNotQuoted(String content) throws IOException {
        Path key = mount("client.key", "-----BEGIN PRIVATE KEY-----\n" + content + "\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> ClientKeyFile.read(key))
                .hasMessage(key + " holds no PKCS#8 key of RSA, EC or Ed25519 in PEM format")
                .hasNoCause();
    }

    private static String pem(byte[] encoded) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void theConnectTimeoutBoundsEachAttempt() {
        settings = new Settings.Builder(problems)
                .set(Setting.CONNECT_TIMEOUT, "2s", "test")
                .build();
        env.put("DATABASE_URL", "postgres://shop@db/orders?connect_timeout=30");
        assertThat(read().attemptTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void applicationAndPoolParametersMayStay() {
        env.put(
                "DATABASE_URL",
                "postgres://shop@db/orders?application_name=shop&connection_limit=1&pool_timeout=0&pgbouncer=false"
                        + "&schema=public&socket_timeout=3&keepalives=1&gssencmode=prefer");
        assertThat(read().jdbcProperties("test")).containsEntry("ApplicationName", "test");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        env.put("PGHOST", "/var/run/postgresql");
        env.put("PGPORT", "tcp://10.0.0.1:5432");
        env.put("PGSSLMODE", "strict");
        env.put("PGSSLCERT", "/no/such.crt");
        env.put("PGCONNECT_TIMEOUT", "5s");
        env.put("PGTARGETSESSIONATTRS", "standby");
        assertThat(problemsOfReading())
                .containsExactly(
                        "PGPORT is not a port; expected a number from 1 to 65535",
                        "PGHOST is the folder of a Unix socket, which the JDBC driver cannot reach; name a TCP host, for example 127.0.0.1",
                        "database has no database; set PGDATABASE, or name it in the URL",
                        "database has no user; set PGUSER, or name it in the URL",
                        "PGSSLMODE is 'strict'; expected one of disable, prefer, require, verify-ca, verify-full",
                        "PGSSLCERT names /no/such.crt, which does not exist or is not readable by this user",
                        "PGSSLCERT is given alone; expected both sslcert (PGSSLCERT) and sslkey (PGSSLKEY)",
                        "PGCONNECT_TIMEOUT is not a number of seconds",
                        "PGTARGETSESSIONATTRS is 'standby'; expected read-write or primary, as a migration writes");
    }

    /**
     * Puts the password where another kind of value belongs; the password itself, user and database may be any text.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PGHOST",
                "PGPORT",
                "PGSSLMODE",
                "PGSSLROOTCERT",
                "PGSSLCERT",
                "PGSSLKEY",
                "PGCONNECT_TIMEOUT",
                "PGPASSFILE",
                "PGTARGETSESSIONATTRS",
                "PGCHANNELBINDING",
                "DATABASE_URL",
                "DATABASE_URL_FILE",
                "PGPASSWORD_FILE"
            })
    void aSecretInTheWrongVariableIsNotShown(String variable) {
        for (String secret : List.of(
                "postgres://shop:Hunter2secret@db/shop?sslmode=strict",
                "shop:Hunter2secret@db",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
                "AKIAIOSFODNN7EXAMPLE/wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==",
                "line one\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC")) {
            env.clear();
            env.put("PGHOST", "db");
            env.put("PGDATABASE", "shop");
            env.put(variable, secret);
            tryToRead();

            for (int index = 0; index + 9 <= secret.length(); index++) {
                assertThat(problems.describe("the environment")).doesNotContain(secret.substring(index, index + 9));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sslmod=require|sslmod in DATABASE_URL is an unknown parameter; did you mean sslmode?",
                "sslaccept=strict|sslaccept in DATABASE_URL is not supported; write sslmode=verify-full for strict",
                "pgbouncer=true|pgbouncer in DATABASE_URL says that this URL leads to a pooler",
                "schema=shop|schema in DATABASE_URL is 'shop', but the migrations would go to public; set SLIPWAY_SCHEMA",
                "schema=shop,public|schema in DATABASE_URL is 'shop,public', but the migrations would go to public",
                "ssl=true|ssl in DATABASE_URL means different things to different drivers; write sslmode",
                "require_auth=none|require_auth in DATABASE_URL is not supported",
                "sslmode=allow|sslmode in DATABASE_URL is 'allow'; expected one of disable",
                "sslrootcert=system|sslrootcert in DATABASE_URL is 'system'; that needs sslmode verify-full, and it is prefer",
            })
    void aParameterThatCannotBeHonouredIsNamed(String parameter, String expected) {
        env.put("DATABASE_URL", "postgres://shop@db/orders?" + parameter);
        assertThat(problemsOfReading()).singleElement().asString().startsWith(expected);
    }

    @Test
    void findingNothingSaysWhereItLooked() {
        settings = new Settings.Builder(problems)
                .set(Setting.DATABASE_DIR, "/no/such/folder", "test")
                .build();
        assertThat(tryToRead()).isNull();
        assertThat(problems.describe("the configuration"))
                .isEqualTo("1 problem in the configuration:\n"
                        + "  database is not named: looked for DIRECT_URL, DATABASE_URL or PGHOST in the environment, "
                        + "then for files of these names in /no/such/folder, which does not exist");
    }

    @Test
    void findingNothingNamesTheKeysThatAreThere() throws IOException {
        mount("DATABASE_URI", "postgres://shop:Geheim@db/orders");
        mount("username", "shop");
        assertThat(problemsOfReading())
                .singleElement()
                .asString()
                .endsWith("which holds DATABASE_URI, username; did you mean --database-url-key DATABASE_URI?");
    }

    private Path mount(String name, String content) throws IOException {
        return Files.writeString(secret.resolve(name), content);
    }

    private DatabaseTarget read() {
        DatabaseTarget target = tryToRead();
        assertThat(problems.list()).isEmpty();
        return requireNonNull(target);
    }

    private List<String> problemsOfReading() {
        assertThat(tryToRead()).isNull();
        return problems.list().stream().map(Problems.Problem::toString).toList();
    }

    private @Nullable DatabaseTarget tryToRead() {
        Settings mounted = new Settings.Builder(problems)
                .set(Setting.DATABASE_DIR, secret.toString(), "test")
                .setAll(settings)
                .build();
        return DatabaseTarget.read(mounted, env, problems);
    }
}
