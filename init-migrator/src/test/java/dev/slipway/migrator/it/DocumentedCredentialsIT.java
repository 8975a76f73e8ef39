package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.docs.Block;
import dev.slipway.testkit.docs.Blocks;
import dev.slipway.testkit.docs.ShellBlock;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What docs/roles.md and docs/secrets.md show, on a real server: its statements, its templates, the keys of operators. */
class DocumentedCredentialsIT {
    private static final List<String> ROLES = List.of("shop_owner", "shop_migrator", "shop_app", "shop", "v-shop-1");
    private static final String PASSWORD = "p@ss/w:r%d?#&+=";

    @TempDir
    private Path folder;

    private Scripts scripts;
    private List<Block> blocks;

    @BeforeEach
    void write() throws IOException {
        scripts =
                Scripts.in(folder).with("V1__orders.sql", "create table orders (id int generated always as identity);");
        blocks = Blocks.of(Program.inSourceTree(""));
    }

    @AfterEach
    void dropRoles(TestDatabase database) {
        for (String role : ROLES) {
            superuser(database, """
                    do $$ begin
                      if exists (select from pg_roles where rolname = '%1$s') then
                        drop owned by "%1$s" cascade;
                        drop role "%1$s";
                      end if;
                    end $$""".formatted(role));
        }
    }

    @PostgresTest
    void theOwnerOwnsWhatTheMigratorCreatesAndTheApplicationReadsAndWrites(TestDatabase database) throws SQLException {
        List<String> sql = sql("docs/roles.md");
        superuser(database, "create role shop");
        superuser(database, sql.get(0));
        superuser(database, "alter role shop_migrator password 'migrator'; alter role shop_app password 'app'");
        superuser(database, sql.get(2));

        // By the URL.
        String url = url(database, "shop_migrator", "migrator");
        migrator(database, url + "?options=-c%20role%3Dshop_owner")
                .run("migrate", "--preflight")
                .expect(ExitCode.OK);
        assertThat(owners(database)).containsOnly("shop_owner");

        // By the role's own setting; a script that leaves it does so for itself only, whichever way it goes.
        superuser(database, sql.get(1));
        scripts.with("V2__as_migrator.sql", "set role none; create table by_migrator (id int);")
                .with("V3__index.sql", "create index concurrently orders_id on orders (id);")
                .with("V4__reset.sql", "reset role; create table again (id int);")
                .with("V5__owner.sql", "create table customers (id int);");
        migrator(database, url).run("migrate").expect(ExitCode.OK);
        assertThat(ownerOf(database, "by_migrator")).isEqualTo("shop_migrator");
        assertThat(List.of(ownerOf(database, "again"), ownerOf(database, "customers")))
                .containsOnly("shop_owner");

        // A table of the role before: named, then taken over.
        superuser(database, "create table legacy (id int); alter table legacy owner to shop");
        superuser(database, "alter table by_migrator owner to shop_owner");
        assertThat(migrator(database, url)
                        .runByHand("preflight")
                        .expect(ExitCode.OK)
                        .output())
                .contains("belong to shop;");
        superuser(database, sql.get(3));
        superuser(database, sql.get(4));
        assertThat(migrator(database, url)
                        .runByHand("preflight")
                        .expect(ExitCode.OK)
                        .output())
                .doesNotContain("belong to");
        assertThat(owners(database)).containsOnly("shop_owner");

        as(
                database,
                "shop_app",
                "app",
                "insert into orders default values; insert into customers values (1);"
                        + " insert into legacy values (1); select from flyway_schema_history");
        for (String refused : List.of(
                "drop table orders",
                "alter table customers add x int",
                "create table x ()",
                "delete from flyway_schema_history",
                "delete from slipway_run")) {
            assertThatThrownBy(() -> as(database, "shop_app", "app", refused)).isInstanceOf(SQLException.class);
        }
    }

    @PostgresTest(onOneMajor = true)
    void aUserOfVaultsOwnActsAsTheOwner(TestDatabase database) throws IOException {
        superuser(database, sql("docs/roles.md").get(0));
        String statements = ShellBlock.calls(shown("docs/secrets.md", "vault write "), Program.inSourceTree(""), folder)
                .get(0)
                .arguments()
                .get(3)
                .replaceFirst("^creation_statements=", "");
        superuser(
                database,
                statements
                        .replace("{{name}}", "v-shop-1")
                        .replace("{{password}}", PASSWORD)
                        .replace("{{expiration}}", "2100-01-01 00:00:00+00"));

        String template = shown("docs/secrets.md", "secret \"database/creds/shop\"")
                .text()
                .lines()
                .filter(line -> line.contains("postgresql://"))
                .findFirst()
                .orElseThrow();
        Path file =
                Files.writeString(folder.resolve("database-url"), rendered(template, database, ".Data.", "v-shop-1"));
        withoutDatabase(database)
                .withEnv("DATABASE_URL_FILE", file.toString())
                .run("migrate")
                .expect(ExitCode.OK);

        assertThat(owners(database)).containsOnly("shop_owner");
        // What Vault does at the end of the lease: nothing belongs to the user, so it can go.
        superuser(database, "drop role \"v-shop-1\"");
    }

    @PostgresTest(onOneMajor = true)
    void theUrlOfExternalSecretsHoldsAnyPassword(TestDatabase database) throws IOException {
        superuser(database, "create role shop login password '" + PASSWORD + "'; alter schema public owner to shop");
        String template = shown("docs/secrets.md", "kind: ExternalSecret")
                .text()
                .lines()
                .filter(line -> line.contains("DATABASE_URL:"))
                .findFirst()
                .orElseThrow();
        String url = rendered(template.replaceAll(".*DATABASE_URL: \"(.*)\"", "$1"), database, ".", "shop");
        // The server of the test has no certificate.
        Path secret = secret(Map.of("DATABASE_URL", url.replace("sslmode=verify-full", "sslmode=prefer")));

        withoutDatabase(database)
                .with(Setting.DATABASE_DIR, secret.toString())
                .run("migrate")
                .expect(ExitCode.OK);
    }

    /** The keys of CloudNativePG's Secret; Crunchy's has some of them, and one for its pooler. */
    @PostgresTest(onOneMajor = true)
    void theSecretsOfOperatorsAreReadByTheirKey(TestDatabase database) throws IOException {
        String key = shown("docs/secrets.md", "slipway.dev/database-url-key: ")
                .text()
                .replaceAll("(?s).*database-url-key: (\\S+).*", "$1");
        Path secret = secret(Map.of(
                key,
                database.url(),
                "fqdn-uri",
                database.url(),
                "jdbc-uri",
                "jdbc:postgresql://nowhere:5432/shop?user=shop",
                "pgbouncer-uri",
                "postgresql://nowhere:5432/shop",
                "host",
                "nowhere",
                "port",
                "1",
                "dbname",
                "none",
                "user",
                "nobody",
                "username",
                "nobody",
                "password",
                "wrong"));

        withoutDatabase(database)
                .with(Setting.DATABASE_DIR, secret.toString())
                .with(Setting.DATABASE_URL_KEY, key)
                .run("migrate")
                .expect(ExitCode.OK);
    }

    private Path secret(Map<String, String> keys) throws IOException {
        Path secret = Files.createDirectories(folder.resolve("secret"));
        for (Map.Entry<String, String> each : keys.entrySet()) {
            Files.writeString(secret.resolve(each.getKey()), each.getValue());
        }
        return secret;
    }

    /** As Go's templates do it. */
    private static String rendered(String template, TestDatabase database, String prefix, String user) {
        String url = template.strip()
                .replace("{{ " + prefix + "username }}", user)
                .replace("{{ " + prefix + "password | urlquery }}", URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8))
                .replaceFirst(
                        "db.example.com:5432/shop",
                        "127.0.0.1:" + database.server().port() + "/" + database.name());
        assertThat(url).doesNotContain("{{", "example");
        return url;
    }

    private Block shown(String page, String part) {
        return blocks.stream()
                .filter(block -> block.page().equals(page) && block.text().contains(part))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no block of " + page + " has " + part));
    }

    private List<String> sql(String page) {
        return blocks.stream()
                .filter(block -> block.page().equals(page) && block.language().equals("sql"))
                .map(Block::text)
                .toList();
    }

    private Migrator withoutDatabase(TestDatabase database) {
        return Migrator.of(database, scripts, folder)
                .withoutEnv("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD");
    }

    private Migrator migrator(TestDatabase database, String url) {
        return withoutDatabase(database).withEnv("DATABASE_URL", url);
    }

    private static String url(TestDatabase database, String user, String password) {
        return "postgresql://" + user + ":" + password + "@127.0.0.1:"
                + database.server().port() + "/" + database.name();
    }

    private static List<String> owners(TestDatabase database) {
        return database.rows("select distinct tableowner from pg_tables where schemaname = 'public'");
    }

    private static String ownerOf(TestDatabase database, String table) {
        return database.query("select tableowner from pg_tables where tablename = '" + table + "'");
    }

    private static void superuser(TestDatabase database, String sql) {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage() + " in: " + sql, failed);
        }
    }

    private static void as(TestDatabase database, String user, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
