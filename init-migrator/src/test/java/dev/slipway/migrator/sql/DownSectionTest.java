package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownSectionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- migrate:up\ncreate table t (i int);\n-- migrate:down\ndrop table t;",
                "-- migrate:up transaction:false\r\ncreate table t (i int);\r\n--migrate:down transaction:false\r\ndrop table t;",
                "-- MIGRATE: UP\ncreate table t (i int);\n  --  Migrate:Down\ndrop table t",
                "-- +goose Up\ncreate table t (i int);\n-- +goose Down\ndrop table t;",
                "--+goose up\ncreate table t (i int);\n\t--+goose down  \ndrop table t;",
                "-- +goose Up\n-- +goose StatementBegin\ndo $$ begin end $$;\n-- +goose StatementEnd\n-- +goose Down\n-- +goose StatementBegin\ndrop table t;",
                "-- +migrate Up\ncreate table t (i int);\n-- +migrate Down notransaction\ndrop table t;",
                "-- +micrate Up\ncreate table t (i int);\n-- +micrate Down\ndrop table t;",
                "-- rambler up\ncreate table t (i int);\n-- rambler down\ndrop table t;",
                "-- // create t\ncreate table t (i int);\n-- //@UNDO\ndrop table t;",
                "-- !Ups\ncreate table t (i int);\n-- !Downs\ndrop table t;",
                "-- Up Migration\ncreate table t (i int);\n-- Down Migration\ndrop table t;",
                "create table t (i int);\n---- create above / drop below ----\ndrop table t;",
                "-- ==== UP ====\ncreate table t (i int);\n-- ==== DOWN ====\ndrop table t;",
                "-- up\ncreate table t (i int);\n-- rollback:\ndrop table t;",
                "create table t (i int)\n-- migrate:down\n; drop table t;",
                "create table t (i int)\n-- +goose Down\ndrop table t",
                "-- migrate:down\ndrop table t;\n-- migrate:up\ncreate table t (i int);",
            })
    void aPartThatUndoesIsFound(String script) {
        assertThat(DownSection.of(script)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table t (i int);",
                "-- migrate:up\ncreate table t (i int);",
                "-- migrate:up\ncreate table t (i int);\n-- migrate:down\n",
                "-- +goose Up\ncreate table t (i int);\n-- +goose Down\n-- irreversible\n/* nothing; */",
                "create table t (note text default '\n-- migrate:down\n');\ninsert into t values (1);",
                "do $$\n-- +goose Down\nbegin perform 1; end $$;\nselect 1;",
                "select 1; -- migrate:down\nselect 2;",
                "/*\n-- migrate:down\n*/ select 1;",
                "create table t (note text);\ncopy t from stdin;\n-- migrate:down\n\\.\nselect 1;",
                "-- shut down\nselect 1;",
                "-- what to do when the market is down\nselect 1;",
                "-- +shutdown\nselect 1;",
                "-- down\nselect 1;",
                "-- rollback\nselect 1;",
                "--liquibase formatted sql\n--changeset me:1\ncreate table t (i int);\n--rollback drop table t;\nselect 1;",
                "-- the down part is in undo/U1__a.sql\nselect 1;",
                "select 'open",
            })
    void everythingElseIsNot(String script) {
        assertThat(DownSection.of(script)).isEmpty();
    }

    @Test
    void theLineAndTheMarkAreNamed() {
        DownSection found = DownSection.of("\uFEFF-- +goose Up\nselect 1;\n\n-- +goose Down\nselect 2;")
                .orElseThrow();
        assertThat(found).isEqualTo(new DownSection(4, "-- +goose Down"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1__x.down.sql", "R__x.DOWN.SQL", "sub/V1__x.rollback.sql", "V1__x.undo.pgsql"})
    void aNameMaySayItToo(String name) {
        assertThat(DownSection.refusals(name, "-- +goose Up\n-- +goose Down\nselect 1;"))
                .satisfiesExactly(
                        ofName -> assertThat(ofName).startsWith("is named as what undoes the rest"),
                        ofText -> assertThat(ofText)
                                .startsWith("line 2: '-- +goose Down' begins the part that undoes the rest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1__shut_down.sql", "V1__x.up.sql", "V1__down.sql", "down/V1__x.sql"})
    void butNotByAWordOfIt(String name) {
        assertThat(DownSection.refusals(name, "select 1;")).isEmpty();
    }

    @Test
    void anUndoScriptMayHaveThePartThatUndoesButNotTheOther() {
        assertThat(DownSection.upSectionOf("-- migrate:down\ndrop table t;")).isEmpty();
        assertThat(DownSection.upSectionOf("-- what to do first\ndrop table t;"))
                .isEmpty();
        assertThat(DownSection.upSectionOf("-- +goose Up\n-- +goose Down\ndrop table t;"))
                .isEmpty();
        assertThat(DownSection.upSectionOf("-- +goose Up\ncreate table t (i int);\n-- +goose Down\ndrop table t;"))
                .contains(new DownSection(1, "-- +goose Up"));
        assertThat(DownSection.upSectionOf("-- UP\ncreate table t (i int);\n-- DOWN\ndrop table t;"))
                .isPresent();
    }
}
