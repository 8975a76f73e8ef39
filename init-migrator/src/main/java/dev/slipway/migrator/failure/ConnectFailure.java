package dev.slipway.migrator.failure;

import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.database.OtherDatabase;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection could not be opened, in the same words for both drivers.
 *
 * @param seen what happened, with the host
 * @param wayOut what to do about it
 * @param sqlState empty if the server said nothing
 */
public record ConnectFailure(Refusal refusal, String seen, String wayOut, Optional<String> sqlState) {
    /** The message of a certificate check if the server has another name. */
    public static final String OTHER_NAME = "the certificate is for another name";

    /** Words in the messages of the kernel, of Netty and of the PG client. */
    private static final List<String> CLOSED = List.of("closed", "reset", "underlying connection");

    /** @param failure the exception of the JDBC driver after it tried all hosts */
    public static ConnectFailure of(SQLException failure, DatabaseTarget target) {
        return of(failure, ServerError.of(failure), target.hosts(), target);
    }

    /**
     * @param failure the exception of the driver or of the deadline
     * @param error the server's error, if the failure came from the server
     * @param hosts those that were tried
     */
    public static ConnectFailure of(
            Throwable failure, Optional<ServerError> error, List<Host> hosts, DatabaseTarget target) {
        String at = names(hosts);
        return error.map(said -> refused(said, at, target)).orElseGet(() -> unsaid(failure, hosts, at, target));
    }

    private static ConnectFailure unsaid(Throwable failure, List<Host> hosts, String at, DatabaseTarget target) {
        String message = deepestMessage(failure);
        if (failure instanceof OtherDatabase) {
            return of(Refusal.OTHER_DATABASE, message);
        }
        if (message.toLowerCase(Locale.ROOT).contains("channel binding")) {
            return channelBinding(at);
        }
        if (isTls(failure, message)) {
            return tls(failure, message, hosts, at, target);
        }
        // Both drivers refuse SCRAM with an empty password before the server could report an error.
        boolean refusedByDriver =
                Causes.first(failure, IllegalArgumentException.class).isPresent() || SqlState.is("08004", failure);
        if (refusedByDriver && target.credentials().password() == null) {
            return of(Refusal.NO_PASSWORD, at + " asks for a password");
        }
        return network(failure, message, hosts, at, target);
    }

    /** @param unreadable why the file with the trusted CAs could not be used */
    public static ConnectFailure ofRoots(Exception unreadable, DatabaseTarget target) {
        return new ConnectFailure(
                Refusal.TLS,
                "the trusted CAs cannot be read: " + deepestMessage(unreadable),
                target.tls().rootCertificate().isPresent()
                        ? "mount the CA's certificate in PEM format as "
                                + target.tls().rootCertificate().get()
                        : "name the CA's certificate in sslrootcert (PGSSLROOTCERT)",
                Optional.empty());
    }

    /** The server can be reached, but not with the channel binding that {@code channel_binding=require} requires. */
    public static ConnectFailure channelBinding(String at) {
        return of(
                Refusal.CHANNEL_BINDING,
                at + " cannot bind the password to the TLS session, and channel_binding is require");
    }

    /** At least one host answered, perhaps in the middle of a failover. */
    public static ConnectFailure noPrimary(List<Host> hosts) {
        return of(Refusal.NO_PRIMARY, "none of " + names(hosts) + " is a primary");
    }

    private static String names(List<Host> hosts) {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }

    private static ConnectFailure of(Refusal refusal, String seen) {
        return new ConnectFailure(refusal, seen, refusal.wayOut(), Optional.empty());
    }

    public boolean isWorthWaiting() {
        return refusal.heals() == Refusal.Heals.WHILE_CONNECTING;
    }

    private static ConnectFailure refused(ServerError error, String at, DatabaseTarget target) {
        Refusal refusal = Refusal.whileConnecting(error);
        if (refusal == Refusal.WRONG_PASSWORD && target.credentials().password() == null) {
            refusal = Refusal.NO_PASSWORD;
        }
        String wayOut = refusal == Refusal.WRONG_PASSWORD
                        && hasBlankEnd(target.credentials().password())
                ? "the password that was given begins or ends with white space, such as a line break: take that out of the"
                        + " Secret or the variable"
                : refusal.wayOut(
                        quoted(target.database()), quoted(target.credentials().user()));
        return new ConnectFailure(
                refusal,
                at + " says: " + error.message() + " (" + error.sqlState() + ")"
                        + (refusal == Refusal.POOLER ? ", as PgBouncer answers" : ""),
                wayOut,
                Optional.of(error.sqlState()));
    }

    private static boolean hasBlankEnd(@Nullable String password) {
        return password != null && !password.equals(password.strip());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static ConnectFailure tls(
            Throwable failure, String message, List<Host> hosts, String at, DatabaseTarget target) {
        // The message of the PG client, and the SQLSTATE of the JDBC driver.
        if (message.contains("does not handle SSL") || SqlState.is("08004", failure)) {
            return of(
                    Refusal.NO_TLS,
                    at + " does not offer TLS, and sslmode is " + target.tls().mode());
        }
        // The message of the pre-flight, and that of the JDBC driver.
        if (message.contains(OTHER_NAME) || message.contains("hostname")) {
            String names = hosts.stream().map(Host::name).collect(Collectors.joining(" or "));
            return new ConnectFailure(
                    Refusal.TLS,
                    "the certificate of " + at + " is not for " + names,
                    "connect by a name that is in the certificate, or have " + names
                            + " added to it; sslmode=verify-ca does not look at the name",
                    Optional.empty());
        }
        return new ConnectFailure(
                Refusal.TLS,
                "TLS with " + at + " failed: " + message,
                tlsWayOut(failure, message, target),
                Optional.empty());
    }

    private static String tlsWayOut(Throwable failure, String message, DatabaseTarget target) {
        if (Causes.first(failure, CertificateExpiredException.class).isPresent()) {
            return "renew the server's certificate";
        }
        if (message.contains("certification path") || message.contains("trust")) {
            return target.tls().rootCertificate().isPresent()
                    ? "the certificate was not issued by the CA in "
                            + target.tls().rootCertificate().get() + ": mount the right CA as sslrootcert"
                    : "name the CA's certificate in sslrootcert (PGSSLROOTCERT)";
        }
        return Refusal.TLS.wayOut();
    }

    private static ConnectFailure network(
            Throwable failure, String message, List<Host> hosts, String at, DatabaseTarget target) {
        if (Causes.first(failure, UnknownHostException.class).isPresent()) {
            String names = hosts.stream().map(Host::name).collect(Collectors.joining(" or "));
            return of(Refusal.UNKNOWN_HOST, "the host name " + names + " cannot be resolved");
        }
        if (message.contains("targetServerType")) {
            return noPrimary(hosts);
        }
        boolean late = failure instanceof TimeoutException
                || Causes.first(failure, SocketTimeoutException.class).isPresent()
                || (SqlState.is("08001", failure) && failure.getCause() == null);
        if (late) {
            return of(
                    Refusal.NO_ANSWER,
                    at + " did not answer within " + target.attemptTimeout().toSeconds() + " s");
        }
        if (Causes.first(failure, ClosedChannelException.class).isPresent()
                || Causes.first(failure, EOFException.class).isPresent()
                || CLOSED.stream().anyMatch(message::contains)) {
            return of(Refusal.CLOSED, at + " closed the connection before the session began");
        }
        if (Causes.first(failure, SocketException.class).isEmpty()) {
            return of(Refusal.NOT_CONNECTED, at + ": " + message);
        }
        return message.contains("refused")
                ? of(Refusal.NOTHING_LISTENS, "nothing listens on " + at + ": connection refused")
                : of(Refusal.UNREACHABLE, at + " cannot be reached: " + message);
    }

    private static boolean isTls(Throwable failure, String message) {
        return Causes.first(failure, SSLException.class).isPresent()
                || Causes.first(failure, GeneralSecurityException.class).isPresent()
                || message.contains("SSL")
                || message.contains("hostname");
    }

    private static String deepestMessage(Throwable failure) {
        return Causes.of(failure).stream()
                .map(Throwable::getMessage)
                .filter(Objects::nonNull)
                .reduce((outer, inner) -> inner)
                .orElse(failure.getClass().getSimpleName());
    }
}
