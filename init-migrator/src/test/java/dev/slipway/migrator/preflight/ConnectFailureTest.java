package dev.slipway.migrator.preflight;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.preflight.ConnectFailure.Kind;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectFailureTest {
    private static final Host HOST = new Host("db", 5432);

    @ParameterizedTest
    @CsvSource({
        "28P01, AUTHENTICATION, false",
        "28000, NOT_ALLOWED, false",
        "3D000, UNKNOWN_DATABASE, false",
        "53300, NO_SLOTS, true",
        "57P03, STARTING_UP, true",
        "57P01, STARTING_UP, true",
        "08006, CLOSED, true",
        "XX000, OTHER, false",
    })
    void theSqlstateSaysWhetherWaitingHelps(String sqlState, Kind kind, boolean waits) {
        ConnectFailure failure = of(new PgException("so it is", "FATAL", sqlState, "detail"));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.kind().isWorthWaiting()).isEqualTo(waits);
        assertThat(failure.seen()).isEqualTo("db:5432 says: so it is (" + sqlState + ")");
        assertThat(failure.wayOut()).isNotEmpty();
    }

    @Test
    void whatANetworkDoesIsWorthWaitingFor() {
        assertThat(of(new UnknownHostException("db")).kind()).isEqualTo(Kind.UNKNOWN_HOST);
        assertThat(of(new ConnectException("Connection refused: db/10.0.0.1:5432"))
                        .kind())
                .isEqualTo(Kind.REFUSED);
        assertThat(of(new IOException(new ConnectException("Network is unreachable")))
                        .kind())
                .isEqualTo(Kind.UNREACHABLE);
        assertThat(of(new NoRouteToHostException("No route to host")).kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(of(new TimeoutException()).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(of(new ClosedChannelException()).kind()).isEqualTo(Kind.CLOSED);
        assertThat(of(new IOException("Connection reset by peer")).kind()).isEqualTo(Kind.CLOSED);
        for (Kind kind : new Kind[] {Kind.UNKNOWN_HOST, Kind.REFUSED, Kind.UNREACHABLE, Kind.TIMEOUT, Kind.CLOSED}) {
            assertThat(kind.isWorthWaiting()).isTrue();
        }
    }

    @Test
    void aCertificateProblemNamesItsOwnWayOut() {
        assertThat(of(new CertificateException("path", new CertificateExpiredException("NotAfter: yesterday")))
                        .wayOut())
                .isEqualTo("renew the server's certificate");
        assertThat(of(new CertificateException("No name matching db found")).wayOut())
                .startsWith("connect by a name that is in the certificate");
        assertThat(of(new CertificateException("unable to find valid certification path to requested target"))
                        .wayOut())
                .isEqualTo("name the CA's certificate in sslrootcert (PGSSLROOTCERT)");
        assertThat(of(new SSLHandshakeException("handshake_failure")).kind()).isEqualTo(Kind.TLS);
        assertThat(of(new Exception("Postgres Server does not handle SSL connection"))
                        .kind())
                .isEqualTo(Kind.NO_TLS);
    }

    @Test
    void pgBouncersOneCodeIsTakenApart() {
        ConnectFailure options = of(new PgException("unsupported startup parameter: options", "FATAL", "08P01", null));
        assertThat(options.kind()).isEqualTo(Kind.POOLER);
        assertThat(options.toFinding().exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(of(new PgException("no such database: shpo", "FATAL", "08P01", null))
                        .kind())
                .isEqualTo(Kind.UNKNOWN_DATABASE);
        assertThat(of(new PgException("server login failed", "FATAL", "08P01", null))
                        .kind())
                .isEqualTo(Kind.CLOSED);
    }

    @Test
    void everythingElseEndsWithUnreachable() {
        assertThat(of(new TimeoutException()).toFinding().exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
    }

    private static ConnectFailure of(Throwable failure) {
        var env = Map.of("DATABASE_URL", "postgres://shop:geheim@db/shop?sslmode=verify-full");
        DatabaseTarget target = requireNonNull(DatabaseTarget.read(Settings.DEFAULTS, env, new Problems()));
        ConnectFailure result = ConnectFailure.of(failure, HOST, target);
        assertThat(result.toString()).doesNotContain("geheim");
        return result;
    }
}
