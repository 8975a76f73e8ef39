package dev.slipway.migrator.preflight;

import dev.slipway.contract.Setting;
import dev.slipway.migrator.config.MigratorConfig;
import dev.slipway.migrator.database.CurrentTarget;
import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.database.OtherDatabase;
import dev.slipway.migrator.database.TlsMode;
import dev.slipway.migrator.failure.ConnectFailure;
import dev.slipway.migrator.failure.Refusal;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.session.Connector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Connects: tries host by host, with backoff and jitter between rounds, until connect-timeout is spent or waiting is
 * pointless.
 */
final class ConnectLoop {
    /** How an attempt ended. */
    sealed interface Attempt {
        /** @param encrypted whether the session is encrypted */
        record Connected(ServerSession session, DatabaseTarget target, Host host, boolean encrypted)
                implements Attempt {}

        record Failed(ConnectFailure failure) implements Attempt {}
    }

    private final Vertx vertx;
    private final CurrentTarget database;
    private final String applicationName;
    private final Duration budget;
    private final Deadline waiting;
    private final Consumer<String> progress;
    private String lastReported = "";
    private int rounds;

    /** @param progress receives the reason for waiting, once for each new reason */
    ConnectLoop(Vertx vertx, MigratorConfig config, Deadline waiting, Consumer<String> progress) {
        this.vertx = vertx;
        this.database = config.database();
        this.applicationName = config.applicationName();
        this.budget = config.settings().get(Setting.CONNECT_TIMEOUT);
        this.waiting = waiting;
        this.progress = progress;
    }

    /**
     * Connects to the primary among the hosts, or to the only host, whatever it is; otherwise returns the failures of
     * the last round.
     */
    Attempt connect() {
        long end = System.nanoTime() + budget.toNanos();
        while (true) {
            rounds++;
            Attempt attempt = tryNow();
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (!(attempt instanceof Attempt.Failed failed)) {
                return attempt;
            }
            DatabaseTarget tried = database.latest();
            boolean mayHelp = failed.failure().isWorthWaiting() || database.hasChangedSince(tried);
            if (!mayHelp || left.isNegative()) {
                return attempt;
            }
            report(failed.failure(), left);
            Duration pause = Connector.PAUSES.pause(rounds, ThreadLocalRandom.current());
            database.pause(pause.compareTo(left) < 0 ? pause : left, tried, time -> {
                waiting.sleep(time);
                return false;
            });
        }
    }

    /** The number of rounds through all hosts. */
    int rounds() {
        return rounds;
    }

    /** Another connection to the same server, for the pooler probe; completes later. */
    Future<PgConnection> another(Attempt.Connected first) {
        try {
            return open(
                    first.target(),
                    first.host(),
                    first.encrypted(),
                    trust(first.target(), first.host(), first.encrypted()));
        } catch (IOException | GeneralSecurityException unreadable) {
            return Future.failedFuture(unreadable);
        }
    }

    private void report(ConnectFailure failure, Duration left) {
        if (!failure.seen().equals(lastReported)) {
            lastReported = failure.seen();
            progress.accept(failure.seen() + "; trying again for up to " + left.toSeconds() + " s");
        }
    }

    private Attempt tryNow() {
        try {
            DatabaseTarget target = database.next();
            String complaint = database.takeComplaint();
            if (!complaint.isEmpty()) {
                progress.accept(complaint);
            }
            Attempt attempt = tryAllHosts(target);
            if (attempt instanceof Attempt.Connected connected) {
                database.settleOn(connected.target());
            }
            return attempt;
        } catch (OtherDatabase moved) {
            return new Attempt.Failed(ConnectFailure.of(moved, database.latest()));
        }
    }

    private Attempt tryAllHosts(DatabaseTarget target) {
        boolean standbys = false;
        List<ConnectFailure> failures = new ArrayList<>();
        for (Host host : target.hosts()) {
            Attempt attempt = tryHost(target, host);
            if (attempt instanceof Attempt.Failed failed) {
                failures.add(failed.failure());
            } else if (attempt instanceof Attempt.Connected connected) {
                if (target.hosts().size() == 1 || isPrimary(connected.session())) {
                    return connected;
                }
                connected.session().close();
                standbys = true;
            }
        }
        return new Attempt.Failed(standbys ? ConnectFailure.noPrimary(target.hosts()) : together(failures));
    }

    private static boolean isPrimary(ServerSession session) {
        return session.ask("select pg_is_in_recovery()") instanceof ServerAnswer.Rows rows
                && !rows.only().getBoolean(0);
    }

    /** A failure that waiting may fix decides, because the loop then continues. */
    private static ConnectFailure together(List<ConnectFailure> failures) {
        ConnectFailure decisive = failures.stream()
                .filter(ConnectFailure::isWorthWaiting)
                .findFirst()
                .orElse(failures.get(0));
        String seen = failures.stream().map(ConnectFailure::seen).distinct().collect(Collectors.joining("; "));
        return new ConnectFailure(decisive.refusal(), seen, decisive.wayOut(), decisive.sqlState());
    }

    private Attempt tryHost(DatabaseTarget target, Host host) {
        TlsMode mode = target.tls().mode();
        Attempt first = attempt(target, host, mode != TlsMode.DISABLE);
        if (mode != TlsMode.PREFER || !(first instanceof Attempt.Failed failed)) {
            return first;
        }
        Refusal refusal = failed.failure().refusal();
        if (refusal != Refusal.NO_TLS && refusal != Refusal.TLS && refusal != Refusal.NOT_ADMITTED) {
            return first;
        }
        Attempt second = attempt(target, host, false);
        return second instanceof Attempt.Failed && refusal != Refusal.NO_TLS ? first : second;
    }

    private Attempt attempt(DatabaseTarget target, Host host, boolean encrypted) {
        if (!encrypted && target.requiresChannelBinding()) {
            return new Attempt.Failed(ConnectFailure.channelBinding(host.toString()));
        }
        Optional<ServerTrust> trust;
        try {
            trust = trust(target, host, encrypted);
        } catch (IOException | GeneralSecurityException unreadable) {
            return new Attempt.Failed(ConnectFailure.ofRoots(unreadable, target));
        }
        Future<PgConnection> opening = open(target, host, encrypted, trust);
        try {
            PgConnection connection = waiting.result(opening, target.attemptTimeout());
            return new Attempt.Connected(new ServerSession(connection, waiting), target, host, encrypted);
        } catch (TimeoutException tooLate) {
            // If the connection still opens, close it, so that it does not occupy a slot.
            opening.onSuccess(PgConnection::close);
            return new Attempt.Failed(failure(tooLate, target, host));
        } catch (ExecutionException failed) {
            return new Attempt.Failed(failure(reason(failed, trust), target, host));
        }
    }

    private static ConnectFailure failure(Throwable failure, DatabaseTarget target, Host host) {
        Optional<ServerError> said = failure instanceof PgException refusal
                ? Optional.of(ServerAnswer.Refused.error(refusal))
                : Optional.empty();
        return ConnectFailure.of(failure, said, List.of(host), target);
    }

    private static Optional<ServerTrust> trust(DatabaseTarget target, Host host, boolean encrypted)
            throws IOException, GeneralSecurityException {
        return encrypted && target.tls().mode().verifies()
                ? Optional.of(ServerTrust.of(target.tls(), host))
                : Optional.empty();
    }

    /** If a certificate was refused, that is the reason for every later failure. */
    private static Throwable reason(ExecutionException failed, Optional<ServerTrust> trust) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        return trust.flatMap(ServerTrust::refusal).map(Throwable.class::cast).orElse(cause);
    }

    private Future<PgConnection> open(
            DatabaseTarget target, Host host, boolean encrypted, Optional<ServerTrust> trust) {
        return PgConnection.connect(vertx, PgOptions.of(target, host, applicationName, encrypted, trust));
    }
}
