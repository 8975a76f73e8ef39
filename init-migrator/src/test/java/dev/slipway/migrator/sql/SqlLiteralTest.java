package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlLiteralTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {"shop,'shop'", "o'hara,'o''hara'", "a\\b, E'a\\\\b'"})
    void textsBecomeLiterals(String text, String literal) {
        assertThat(SqlLiteral.of(text).strip()).isEqualTo(literal.strip());
    }

    @Test
    void nullIsNoText() {
        assertThat(SqlLiteral.ofNullable(null)).isEqualTo("null");
        assertThat(SqlLiteral.ofNullable("null")).isEqualTo("'null'");
    }
}
