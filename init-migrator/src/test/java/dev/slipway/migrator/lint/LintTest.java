package dev.slipway.migrator.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found in a folder of which version 1 is released, and what is not. */
class LintTest {
    @TempDir
    private Path folder;

    private LintFolder lint;

    @BeforeEach
    void noFile() {
        lint = new LintFolder(folder);
    }

    /** Files by name; those up to version 1 are released. */
    private record Case(String name, Map<String, String> files, List<String> findings) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case of(String name, List<String> findings, String... filesAndTexts) {
        var files = new TreeMap<String, String>();
        for (int index = 0; index < filesAndTexts.length; index += 2) {
            files.put(filesAndTexts[index], filesAndTexts[index + 1]);
        }
        return new Case(name, files, findings);
    }

    private static final String ORDERS = """
            create table customer (id bigint primary key, name varchar(100));
            create table orders (id bigint primary key, v text,
              customer_id bigint constraint orders_customer references customer, a varchar(100) check (a <> ''));
            insert into orders select g, g::text from generate_series(1, 1000) g;
            """;

    /** Pairs: what hurts, and what looks like it and does not. */
    static Stream<Case> cases() {
        return Stream.of(
                of(
                        "a table with rows",
                        List.of(
                                "create-index-not-concurrent V2__b.sql:1",
                                "add-column-rewrites V2__b.sql:2",
                                "change-column-type V2__b.sql:3",
                                "rename-column V2__b.sql:4"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        """
                        create index orders_v on orders(v);
                        alter table orders add column z text not null default gen_random_uuid()::text;
                        alter table orders alter column v type varchar(20);
                        alter table orders rename column v to vv;
                        """),
                of(
                        "a table of the same release",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "create table fresh (id int, v text); create index fresh_v on fresh(v);"
                                + " alter table fresh alter column v type varchar(20);"),
                of(
                        "an index alone, concurrently",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "create index concurrently orders_v on orders(v);"),
                of(
                        "not alone",
                        List.of("refused-script V2__b.sql:2"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "create table t(i int);\ncreate index concurrently orders_v on orders(v);"),
                of(
                        "a type that gets narrower, under a CHECK",
                        List.of("change-column-type V2__b.sql:1"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "alter table orders alter column a type varchar(50);"),
                of(
                        "a type that gets wider",
                        List.of(),
                        "V1__a.sql",
                        "create table w(id bigint primary key, a varchar(100), b varchar(50));",
                        "V2__b.sql",
                        "alter table w alter column a type varchar(200); alter table w alter column b type text;"),
                of(
                        "a dropped foreign key, held",
                        List.of("drop-foreign-key V2__b.sql:1"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "alter table orders drop constraint orders_customer;\ncreate table t(i int);"),
                of(
                        "a dropped foreign key, alone",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "alter table orders drop constraint orders_customer;"),
                of(
                        "not null without proof, of a renamed table",
                        List.of("set-not-null-scan V2__b.sql:1"),
                        "V1__a.sql",
                        ORDERS + "alter table orders rename to purchases;",
                        "V2__b.sql",
                        "alter table purchases alter column v set not null;"),
                of(
                        "not null with a proof of an earlier release",
                        List.of(),
                        "V1__a.sql",
                        ORDERS + "alter table orders add constraint p check (v is not null);"
                                + "alter table orders rename to purchases;",
                        "V2__b.sql",
                        "alter table purchases alter column v set not null;"),
                of(
                        "a table that no script made",
                        List.of("set-not-null-scan V2__b.sql:1"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "alter table from_before alter column v set not null;"),
                of(
                        "an index later",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__k.sql",
                        "create table k(id bigint primary key, c bigint not null references customer);",
                        "V3__i.sql",
                        "create index k_c on k(c);"),
                of(
                        "no index",
                        List.of("foreign-key-without-index V2__k.sql:1"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__k.sql",
                        "create table k(id bigint primary key, c bigint not null references customer);"),
                of(
                        "functions of PostgreSQL",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "select setval('x', 1), pg_catalog.set_config('search_path', '', true);"),
                of(
                        "functions of others",
                        List.of("unknown-effects V2__b.sql:1"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "select own_total();"),
                of(
                        "a drop that old versions feel",
                        List.of("drop-column V2__b.sql:1"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "alter table orders drop column v;"),
                of(
                        "a drop that no old version feels",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "-- slipway: contract\n-- slipway: oldest-app-version 2.4.0\nalter table orders drop column v;"),
                of(
                        "a contract migration that shuts no version out, beside what it needs",
                        List.of(
                                "contract-with-its-expand V3__c.sql:0",
                                "contract-without-oldest-app-version V3__c.sql:0"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "alter table orders add column w text;",
                        "V3__c.sql",
                        "-- slipway: contract\nalter table orders drop column v;"),
                of(
                        "a name that misses by a letter, and a version taken twice",
                        List.of("refused-file V2__b.sql:0", "refused-file V3_c.sql:0"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__a.sql",
                        "select 1;",
                        "V2__b.sql",
                        "select 1;",
                        "V3_c.sql",
                        "select 1;"),
                of(
                        "a placeholder",
                        List.of("placeholder-without-value V2__b.sql:2"),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "select 1;\nselect '${nowhere}';"),
                of(
                        "a placeholder with a value",
                        List.of(),
                        "V1__a.sql",
                        ORDERS,
                        "V2__b.sql",
                        "select '${flyway:defaultSchema}';"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachPairIsToldApart(Case each) throws IOException {
        for (Map.Entry<String, String> file : each.files().entrySet()) {
            lint.file(file.getKey(), file.getValue());
        }
        LintFolder.Judged judged = lint.lint("--released", "1");
        assertThat(judged.findings()).as(judged.output()).containsExactlyInAnyOrderElementsOf(each.findings());
        boolean fails = judged.document().path("errors").asInt() > 0;
        assertThat(judged.exitCode()).isEqualTo(fails ? ExitCode.HISTORY_DIFFERS : ExitCode.OK);
    }

    @Test
    void whatACommentAcceptsIsListedWithItsReason() throws IOException {
        lint.file("V1__a.sql", ORDERS).file("V2__b.sql", """
                        -- slipway: accept drop-column because nothing ever wrote it
                        alter table orders drop column v;
                        -- slipway: accept lock-table
                        lock table orders;
                        -- slipway-ignore: truncate
                        truncate orders;
                        -- slipway: accept undo-missing, drop-tabel because of nothing
                        select 1;
                        """);
        LintFolder.Judged judged = lint.lint("--released", "1", "--severity", "undo-missing=error");
        assertThat(judged.findings())
                .containsExactly(
                        "lock-table V2__b.sql:4", "accept-without-reason V2__b.sql:4", "unknown-ignore V2__b.sql:8");
        assertThat(judged.places("accepted"))
                .containsExactlyInAnyOrder(
                        "drop-column V2__b.sql:2", "truncate V2__b.sql:6", "undo-missing V2__b.sql:0");
        assertThat(judged.output()).contains("\"reason\":\"nothing ever wrote it\"", "did you mean drop-table?");
    }

    @Test
    void howARuleCountsIsAChoice() throws IOException {
        lint.file("V1__a.sql", "create table t (i int);").file("V2__b.sql", "update t set i = 1;");
        assertThat(lint.lint("--released", "1").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(lint.lint("--released", "1", "--fail-on", "warning").exitCode())
                .isEqualTo(ExitCode.HISTORY_DIFFERS);
        assertThat(lint.lint("--released", "1", "--severity", "write-all-rows=error")
                        .exitCode())
                .isEqualTo(ExitCode.HISTORY_DIFFERS);
        assertThat(lint.lint("--released", "1", "--severity", "write-all-rows=off,undo-missing=warning")
                        .findings())
                .containsExactly("undo-missing V2__b.sql:0");
        lint.file("undo/U2__b.sql", "update t set i = null;");
        assertThat(lint.lint("--released", "1", "--severity", "write-all-rows=off,undo-missing=warning")
                        .findings())
                .isEmpty();
    }

    @Test
    void allMistakesOfTheCommandLineAreNamedAtOnce() throws IOException {
        lint.file("V1__a.sql", "select 1;");
        LintFolder.Judged judged = lint.lint(
                "--released", "x", "--fail-on", "off", "--severity", "undo-mising=error", "--severity", "truncate=bad");
        assertThat(judged.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(judged.output())
                .contains(
                        "--released is 'x'; expected a version",
                        "--fail-on is 'off'; expected error or warning",
                        "did you mean undo-missing?",
                        "--severity is 'truncate=bad'; expected RULE=error");
        assertThat(lint.lint().output()).contains("what is released is not named; expected one of --since");
        assertThat(lint.lint("--released", "1", "--since", "HEAD").output()).contains("is named 2 times");
        assertThat(lint.print("xml", "--released", "1").output()).contains("--format is 'xml'; expected one of text,");
    }

    @Test
    void withoutAFolderThereIsNothingToJudge() throws IOException {
        LintFolder.Judged judged = new LintFolder(folder.resolve("nowhere")).lint("--released", "0");
        assertThat(judged.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(judged.output()).contains("nowhere is no folder");
    }
}
