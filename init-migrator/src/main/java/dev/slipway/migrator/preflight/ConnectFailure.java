package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.database.Host;
import io.vertx.pgclient.PgException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection could not be made.
 *
 * @param seen what happened, with the host
 * @param wayOut what to do about it
 */
record ConnectFailure(Kind kind, String seen, String wayOut) {
    /** What can go wrong, and whether waiting can help. */
    enum Kind {
        UNKNOWN_HOST(true),
        REFUSED(true),
        UNREACHABLE(true),
        TIMEOUT(true),
        CLOSED(true),
        NO_SLOTS(true),
        STARTING_UP(true),
        AUTHENTICATION(false),
        NOT_ALLOWED(false),
        UNKNOWN_DATABASE(false),
        NO_TLS(false),
        TLS(false),
        POOLER(false),
        OTHER(false);

        private final boolean worthWaiting;

        Kind(boolean worthWaiting) {
            this.worthWaiting = worthWaiting;
        }

        boolean isWorthWaiting() {
            return worthWaiting;
        }
    }

    /** The words of the kernel, of Netty and of the PG client. */
    private static final List<String> CLOSED = List.of("closed", "reset", "underlying connection");

    private static final String NETWORK = "check host, port and the network policies between this pod and the database";

    /** @param failure as the PG client, or the deadline, gave it */
    static ConnectFailure of(Throwable failure, Host host, DatabaseTarget target) {
        PgException refusal = causeOf(failure, PgException.class);
        if (refusal != null) {
            return refused(refusal, host, target);
        }
        if (isTls(failure)) {
            return tls(failure, host, target);
        }
        // The client refuses to do SCRAM with an empty password before the server could say a word.
        if (causeOf(failure, IllegalArgumentException.class) != null
                && target.credentials().password() == null) {
            return authentication(host + " asks for a password", target);
        }
        return network(failure, host, target);
    }

    /** @param unreadable why the file with the trusted CAs could not be used */
    static ConnectFailure ofRoots(Exception unreadable, DatabaseTarget target) {
        return new ConnectFailure(
                Kind.TLS,
                "the trusted CAs cannot be read: " + deepestMessage(unreadable),
                target.tls().rootCertificate().isPresent()
                        ? "mount the CA's certificate in PEM format as "
                                + target.tls().rootCertificate().get()
                        : "name the CA's certificate in sslrootcert (PGSSLROOTCERT)");
    }

    Finding toFinding() {
        return kind == Kind.POOLER
                ? Finding.refuse("pooler", seen, wayOut)
                : Finding.fail("reachable", seen, wayOut, ExitCode.DATABASE_UNREACHABLE);
    }

    private static ConnectFailure refused(PgException refusal, Host host, DatabaseTarget target) {
        String state = String.valueOf(refusal.getSqlState());
        String message = String.valueOf(refusal.getErrorMessage());
        String said = host + " says: " + message + " (" + state + ")";
        return switch (state) {
            case "28P01" -> authentication(said, target);
            case "28000" ->
                new ConnectFailure(
                        Kind.NOT_ALLOWED,
                        said,
                        "check user, database and sslmode against the server's pg_hba.conf, and whether the role may log in");
            case "3D000" ->
                new ConnectFailure(
                        Kind.UNKNOWN_DATABASE,
                        said,
                        "correct the database name in the URL or PGDATABASE, or create the database");
            case "53300" ->
                new ConnectFailure(
                        Kind.NO_SLOTS,
                        said,
                        "all connection slots are taken: make the application's pools smaller, or raise max_connections");
            case "57P03", "57P01", "57P02" ->
                new ConnectFailure(
                        Kind.STARTING_UP, said, "wait for the server; raise connect-timeout if it starts slowly");
            default -> refusedByPooler(message, said);
        };
    }

    /** PgBouncer gives all its errors the one code 08P01. */
    private static ConnectFailure refusedByPooler(String message, String said) {
        if (message.startsWith("unsupported startup parameter")) {
            return new ConnectFailure(
                    Kind.POOLER, said + ", as PgBouncer answers", "put the URL of the server itself into DIRECT_URL");
        }
        if (message.startsWith("no such database")) {
            return new ConnectFailure(
                    Kind.UNKNOWN_DATABASE, said, "correct the database name, or add it to the pooler's configuration");
        }
        return new ConnectFailure(said.contains("(08") ? Kind.CLOSED : Kind.OTHER, said, "look into the server's log");
    }

    private static ConnectFailure authentication(String said, DatabaseTarget target) {
        return new ConnectFailure(
                Kind.AUTHENTICATION,
                said,
                target.credentials().password() == null
                        ? "no password was given: set PGPASSWORD, or put it into the URL or the Secret"
                        : "correct user and password; a Secret that was rotated must match the role's password");
    }

    private static ConnectFailure tls(Throwable failure, Host host, DatabaseTarget target) {
        String message = deepestMessage(failure);
        if (message.contains("does not handle SSL")) {
            return new ConnectFailure(
                    Kind.NO_TLS,
                    host + " does not offer TLS, and sslmode is " + target.tls().mode(),
                    "switch on ssl at the server, or write sslmode=prefer");
        }
        return new ConnectFailure(
                Kind.TLS, "TLS with " + host + " failed: " + message, tlsWayOut(failure, message, host, target));
    }

    private static String tlsWayOut(Throwable failure, String message, Host host, DatabaseTarget target) {
        if (causeOf(failure, CertificateExpiredException.class) != null) {
            return "renew the server's certificate";
        }
        if (message.contains("No name matching") || message.contains("No subject alternative")) {
            return "connect by a name that is in the certificate, or have " + host.name()
                    + " added to it; sslmode=verify-ca does not look at the name";
        }
        if (message.contains("certification path") || message.contains("trust")) {
            return target.tls().rootCertificate().isPresent()
                    ? "the certificate was not issued by the CA in "
                            + target.tls().rootCertificate().get() + ": mount the right CA as sslrootcert"
                    : "name the CA's certificate in sslrootcert (PGSSLROOTCERT)";
        }
        return "check sslmode, the server's certificate, and the client certificate if the server asks for one";
    }

    private static ConnectFailure network(Throwable failure, Host host, DatabaseTarget target) {
        if (failure instanceof TimeoutException) {
            return new ConnectFailure(
                    Kind.TIMEOUT,
                    host + " did not answer within " + target.attemptTimeout().toSeconds() + " s",
                    NETWORK + "; a timeout rather than a refusal often means a firewall");
        }
        if (causeOf(failure, UnknownHostException.class) != null) {
            return new ConnectFailure(
                    Kind.UNKNOWN_HOST,
                    "the host name " + host.name() + " cannot be resolved",
                    "check its spelling; a Service of another namespace is called NAME.NAMESPACE");
        }
        String message = deepestMessage(failure);
        if (causeOf(failure, ClosedChannelException.class) != null
                || CLOSED.stream().anyMatch(message::contains)) {
            return closed(host);
        }
        if (causeOf(failure, SocketException.class) == null) {
            return new ConnectFailure(Kind.OTHER, host + ": " + message, NETWORK);
        }
        return message.contains("refused")
                ? new ConnectFailure(
                        Kind.REFUSED,
                        "nothing listens on " + host + ": connection refused",
                        "check host and port, and whether the database is running")
                : new ConnectFailure(Kind.UNREACHABLE, host + " cannot be reached: " + message, NETWORK);
    }

    private static ConnectFailure closed(Host host) {
        return new ConnectFailure(
                Kind.CLOSED,
                host + " closed the connection before the session began",
                "check that this port speaks the PostgreSQL protocol; a proxy without a backend closes like this");
    }

    private static boolean isTls(Throwable failure) {
        return causeOf(failure, SSLException.class) != null
                || causeOf(failure, GeneralSecurityException.class) != null
                || deepestMessage(failure).contains("SSL");
    }

    private static <T extends Throwable> @Nullable T causeOf(Throwable failure, Class<T> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }

    private static String deepestMessage(Throwable failure) {
        String message = failure.getClass().getSimpleName();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each.getMessage() != null) {
                message = each.getMessage();
            }
        }
        return message;
    }
}
