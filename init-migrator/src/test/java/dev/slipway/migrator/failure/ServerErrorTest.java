package dev.slipway.migrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** No value of a row leaves with the server's message; the helpful rest stays. */
class ServerErrorTest {
    /** SQLSTATE, message, detail, the routine that raised it; the rest of message and detail. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            23505 | duplicate key violates "p_key" | Key (mail)=(geheim) already exists. | _bt_check | duplicate key violates "p_key" | key (mail)
            23505 | could not create "i" | Key (lower(mail), "a=(b")=(geheim, 1) is duplicated. | comparetup | could not create "i" | key (lower(mail), "a=(b")
            23503 | violates foreign key | Key (a, b)=(geheim, (x)) is not present in table "p". | ri | violates foreign key | key (a, b)
            23505 | doppelter Schlüsselwert | Schlüssel »(mail)=(geheim)« existiert bereits. | _bt_check | doppelter Schlüsselwert | key (mail)
            23P01 | conflicting key | Key (p)=([geheim,)) conflicts with existing key (p)=([geheim,)). | check | conflicting key | key (p)
            23514 | violates check "c" | Failing row contains (1, geheim). | ExecConstraints | violates check "c" | -
            23502 | null value in column "mail" | Failing row contains (1, null, geheim). | ExecConstraints | null value in column "mail" | -
            44000 | new row violates check option | Failing row contains (geheim). | ExecWithCheck | new row violates check option | -
            22P02 | invalid input syntax for type integer: "geheim" | - | pg_strtoint32 | invalid input syntax for type integer: "…" | -
            22P02 | invalid input syntax for type integer: "ge"he"im" | - | pg_strtoint32 | invalid input syntax for type integer: "…" | -
            22P02 | ungültige Eingabesyntax für Typ integer: »geheim« | - | pg_strtoint32 | ungültige Eingabesyntax für Typ integer: "…" | -
            22003 | value "geheim" is out of range for type integer | - | pg_strtoint32 | value "…" is out of range for type integer | -
            22P02 | invalid input syntax for type json | Token "geheim" is invalid. | report_parse_error | invalid input syntax for type json | -
            22001 | value too long for type character varying(3) | - | varchar | value too long for type character varying(3) | -
            P0001 | the script's own words | row geheim | exec_stmt_raise | the script's own words | -
            42P01 | the script's own words | row geheim | exec_stmt_raise | the script's own words | -
            2BP01 | cannot drop table p | view v depends on table p | reportDependentObjects | cannot drop table p | view v depends on table p
            42883 | operator does not exist | There is no = for uuid and text. | op_error | operator does not exist | There is no = for uuid and text.
            40P01 | deadlock detected | Process 7 waits for ShareLock. | DeadLockReport | deadlock detected | Process 7 waits for ShareLock.
            """)
    void valuesStayInTheDatabase(
            String state, String message, String detail, String routine, String saidMessage, String saidDetail) {
        ServerError error = ServerError.of(new PSQLException(
                        new ServerErrorMessage("SERROR\0C" + state + "\0M" + message + "\0R" + routine + "\0Hask Ann\0"
                                + (detail == null ? "" : "D" + detail + "\0")),
                        false))
                .orElseThrow();
        assertThat(error.message()).isEqualTo(saidMessage);
        assertThat(error.detail().orElse(null)).isEqualTo(saidDetail);
        assertThat(error.hint()).contains("ask Ann");
        assertThat(error.toString()).doesNotContain("geheim");
    }
}
