package dev.slipway.migrator.failure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.database.DatabaseTarget;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** What either driver can encounter while it connects: whether waiting can help, and how the run ends. */
class ConnectFailureTest {
    /**
     * SQLSTATE, and the function that raised it if that counts, message; kind, whether waiting helps, exit code; what
     * the way out must contain.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            28P01 | password authentication failed for user "shop" | WRONG_PASSWORD | false | 3 | must match the role's password
            28000 | role "shop" does not exist | NOT_ADMITTED | false | 3 | pg_hba.conf
            28000 | no pg_hba.conf entry for host "10.0.0.1", user "shop", no encryption | NOT_ADMITTED | false | 3 | sslmode
            3D000 | database "shop" does not exist | NO_DATABASE | false | 3 | create the database
            42501 | permission denied for database "shop" | MAY_NOT_CONNECT | false | 3 | grant connect on database "shop" to "shop"
            53300 InitializeSessionUserId | zu viele Verbindungen für Rolle »shop« | ROLE_FULL | true | 3 | the role has reached its connection limit
            53300 CheckMyDatabase | zu viele Verbindungen für Datenbank »shop« | DATABASE_FULL | true | 3 | the database has reached its
            53300 InitProcess | tut mir leid, schon zu viele Verbindungen | SERVER_FULL | true | 3 | max_connections
            53300 | remaining connection slots are reserved for roles with the SUPERUSER attribute | SERVER_FULL | true | 3 | max_connections
            53200 | out of memory | SHORT_OF_RESOURCES | true | 3 | server's log
            55000 | database "shop" is not currently accepting connections | CLOSED_DATABASE | true | 3 | alter database "shop" allow_connections true
            57P03 | the database system is starting up | STARTING_UP | true | 3 | raise connect-timeout
            57P03 | das Datenbanksystem startet | STARTING_UP | true | 3 | raise connect-timeout
            57P01 | terminating connection due to administrator command | STARTING_UP | true | 3 | raise connect-timeout
            57P02 | terminating connection because of crash of another server process | STARTING_UP | true | 3 | raise connect-timeout
            58P01 | could not open file | SHORT_OF_RESOURCES | true | 3 | server's log
            08006 | server login failed | CLOSED | true | 3 | proxy without a backend
            08P01 | server login has been failing, try again later | CLOSED | true | 3 | proxy without a backend
            08P01 | unsupported startup parameter: options | POOLER | false | 4 | DIRECT_URL
            08P01 | no such database: shpo | NO_DATABASE | false | 3 | correct the database name
            22023 | invalid value for parameter "lock_timeout" | NOT_CONNECTED | false | 3 | options in the URL
            XX000 | Tenant or user not found | NOT_CONNECTED | false | 3 | server's log
            """)
    void whatTheServerSays(String error, String message, Refusal kind, boolean waits, int exit, String wayOut) {
        String state = error.substring(0, 5);
        Optional<String> routine = Optional.of(error.substring(5).strip()).filter(name -> !name.isEmpty());
        ConnectFailure failure = heard(new ServerError("FATAL", state, message, routine));
        assertThat(failure.refusal()).isEqualTo(kind);
        assertThat(failure.isWorthWaiting()).isEqualTo(waits);
        assertThat(failure.refusal().exitCode().code()).isEqualTo(exit);
        assertThat(failure.seen()).startsWith("db:5432 says: " + message + " (" + state + ")");
        assertThat(failure.wayOut()).contains(wayOut);
        assertThat(failure.sqlState()).contains(state);
    }

    @Test
    void theJdbcDriverIsHeardLikeThePgClient() {
        var refused = new PSQLException(
                new ServerErrorMessage("SFATAL\0C3D000\0Mdatabase \"shop\" does not exist\0DGeheim\0"), false);
        assertThat(ConnectFailure.of(refused, target()))
                .isEqualTo(
                        heard(new ServerError("FATAL", "3D000", "database \"shop\" does not exist", Optional.empty())));
    }

    @Test
    void whatANetworkDoesIsWorthWaitingFor() {
        is(Refusal.UNKNOWN_HOST, new UnknownHostException("db"), tried(new UnknownHostException("db")));
        is(
                Refusal.NOTHING_LISTENS,
                new ConnectException("Connection refused: db/10.0.0.1:5432"),
                tried(new ConnectException("Connection refused")));
        is(
                Refusal.UNREACHABLE,
                new IOException(new ConnectException("Network is unreachable")),
                tried(new NoRouteToHostException("No route to host")));
        is(
                Refusal.NO_ANSWER,
                new TimeoutException(),
                tried(new SocketTimeoutException("Connect timed out")),
                new PSQLException("Connection attempt timed out.", PSQLState.CONNECTION_UNABLE_TO_CONNECT));
        is(
                Refusal.CLOSED,
                new ClosedChannelException(),
                new IOException("Connection reset by peer"),
                tried(new EOFException()));
        is(
                Refusal.NO_PRIMARY,
                new PSQLException(
                        "Could not find a server with specified targetServerType: primary",
                        PSQLState.CONNECTION_UNABLE_TO_CONNECT));
    }

    @Test
    void aCertificateProblemNamesItsOwnWayOut() {
        assertThat(of(new CertificateException("path", new CertificateExpiredException("NotAfter: yesterday")))
                        .wayOut())
                .isEqualTo("renew the server's certificate");
        ConnectFailure name = of(new CertificateException(ConnectFailure.OTHER_NAME));
        assertThat(name.seen()).isEqualTo("the certificate of db:5432 is not for db");
        assertThat(name.wayOut()).startsWith("connect by a name that is in the certificate");
        assertThat(of(new PSQLException(
                        "The hostname db could not be verified by hostnameverifier X.", PSQLState.CONNECTION_FAILURE)))
                .isEqualTo(name);
        assertThat(of(new CertificateException("unable to find valid certification path to requested target"))
                        .wayOut())
                .isEqualTo("name the CA's certificate in sslrootcert (PGSSLROOTCERT)");
        never(Refusal.TLS, new SSLHandshakeException("handshake_failure"), tried(new SSLHandshakeException("bad")));
    }

    @Test
    void whatAServerWillNotDoIsNotWaitedFor() {
        never(
                Refusal.NO_TLS,
                new Exception("Postgres Server does not handle SSL connection"),
                new PSQLException("The server does not support SSL.", PSQLState.CONNECTION_REJECTED));
        never(
                Refusal.CHANNEL_BINDING,
                new PSQLException(
                        "Channel binding is required, but server skipped authentication.",
                        PSQLState.CONNECTION_REJECTED));
    }

    private static PSQLException tried(Exception cause) {
        return new PSQLException("The connection attempt failed.", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause);
    }

    private static void is(Refusal kind, Throwable... failures) {
        for (Throwable failure : failures) {
            assertThat(of(failure).refusal()).as(failure.toString()).isEqualTo(kind);
            assertThat(of(failure).isWorthWaiting()).isTrue();
        }
    }

    private static void never(Refusal kind, Throwable... failures) {
        for (Throwable failure : failures) {
            assertThat(of(failure).refusal()).as(failure.toString()).isEqualTo(kind);
            assertThat(of(failure).isWorthWaiting()).isFalse();
            assertThat(kind.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        }
    }

    private static ConnectFailure heard(ServerError error) {
        return ConnectFailure.of(new Exception("of the driver"), Optional.of(error), target().hosts(), target());
    }

    private static ConnectFailure of(Throwable failure) {
        ConnectFailure result = failure instanceof SQLException jdbc
                ? ConnectFailure.of(jdbc, target())
                : ConnectFailure.of(failure, Optional.empty(), target().hosts(), target());
        assertThat(result.toString()).doesNotContain("geheim");
        return result;
    }

    private static DatabaseTarget target() {
        var env = Map.of("DATABASE_URL", "postgres://shop:geheim@db/shop?sslmode=verify-full");
        return requireNonNull(DatabaseTarget.read(Settings.DEFAULTS, env, new Problems()));
    }
}
