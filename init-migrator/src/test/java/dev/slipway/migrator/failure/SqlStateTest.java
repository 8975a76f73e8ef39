package dev.slipway.migrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** Whether the session is dead, judged by the driver's exception. */
class SqlStateTest {
    /** A script can raise each of them: RAISE EXCEPTION USING ERRCODE. */
    @ParameterizedTest
    @ValueSource(strings = {"08000", "08003", "08006", "08P01", "57P01", "57P02", "57P03", "25P03", "25P04", "53300"})
    void anErrorOverASessionThatLivesIsTheScripts(String state) {
        SQLException raised = server("ERROR", state);
        assertThat(SqlState.isConnectionLost(raised)).isFalse();
        assertThat(SqlState.isConnectionLost(wrapped(raised))).isFalse();
        assertThat(SqlState.isConnectionLost(new IllegalStateException(wrapped(raised))))
                .isFalse();
        assertThat(SqlState.of(wrapped(raised))).contains(state);
        assertThat(Refusal.ofScript(state, false, true)).isEqualTo(Refusal.WRONG_SQL);
        assertThat(Refusal.ofScript(state, false, false)).isEqualTo(Refusal.SESSION_ENDED);
    }

    /** In any language of the server. */
    @ParameterizedTest
    @ValueSource(strings = {"57P01", "57P02", "57P05", "25P03", "25P04", "40001", "XX000"})
    void afterTheEndOfASessionTheDriverCannotReadOn(String state) {
        SQLException ended = server("ВАЖНО", state);
        ended.setNextException(new PSQLException("I/O error", PSQLState.CONNECTION_FAILURE, new EOFException()));
        assertThat(SqlState.isConnectionLost(ended)).isTrue();
        assertThat(SqlState.isConnectionLost(wrapped(ended))).isTrue();
    }

    @Test
    void whatTheServerDoesNotSayIsTheEndOfTheSession() {
        assertThat(SqlState.isConnectionLost(new PSQLException("closed", PSQLState.CONNECTION_DOES_NOT_EXIST)))
                .isTrue();
        assertThat(SqlState.isConnectionLost(wrapped(new PSQLException(
                        "I/O error", PSQLState.CONNECTION_FAILURE, new SocketTimeoutException("Read timed out")))))
                .isTrue();
        assertThat(SqlState.isConnectionLost(new SQLException("ours", "42501"))).isFalse();
        assertThat(SqlState.isConnectionLost(new IllegalStateException("ours"))).isFalse();
    }

    @Test
    void aServerThatBeginsNoSessionForNowMayBeAskedAgain() {
        assertThat(SqlState.isConnectionLost(server("FATAL", "57P03"))).isTrue();
        assertThat(SqlState.isConnectionLost(server("FATAL", "53300"))).isTrue();
        assertThat(SqlState.isOutOfReach(server("FATAL", "53300"))).isFalse();
        assertThat(SqlState.isConnectionLost(server("FATAL", "28P01"))).isFalse();
    }

    private static PSQLException server(String severity, String state) {
        return new PSQLException(new ServerErrorMessage("S" + severity + "\0C" + state + "\0Mso it is\0"), false);
    }

    /** As failures of statements are. */
    private static SQLException wrapped(SQLException failure) {
        return new SQLException(failure.getMessage(), failure.getSQLState(), failure);
    }
}
