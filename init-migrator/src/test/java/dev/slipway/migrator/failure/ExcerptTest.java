package dev.slipway.migrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExcerptTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create role app login password 's3cret'",
                "ALTER USER app WITH ENCRYPTED PASSWORD E's3cret' valid until 'x'",
                "create user mapping for app server s options (user 'u', password 's3cret')",
                "select dblink('host=h password=''s3cret''')",
                "select dblink('host=h password=s3cret user=u')",
                "create role a password 'it''s s3cret'",
                "create role a password 's3cret"
            })
    void neverShowsAPassword(String sql) {
        assertThat(Excerpt.of(sql)).doesNotContain("s3cret");
    }

    @Test
    void isOneLineAndCut() {
        assertThat(Excerpt.of("select 1,\n\t  2")).isEqualTo("select 1, 2");
        assertThat(Excerpt.of("x".repeat(1_000))).hasSizeLessThanOrEqualTo(200).endsWith("…");
    }

    @Test
    void leavesOtherTextAlone() {
        assertThat(Excerpt.of("alter table users add column password text"))
                .isEqualTo("alter table users add column password text");
    }
}
