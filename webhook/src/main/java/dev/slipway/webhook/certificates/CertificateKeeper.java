package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.ServingCertificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One replica's view of the certificates, and the pass that brings everything in order. Passes wait for each other;
 * what the server asks for may be asked by any thread at any time, and is answered at once.
 */
final class CertificateKeeper {
    private final CaStore secret;
    private final List<BundleStore> configurations;
    private final CertificateSettings settings;
    private final Clock clock;
    private final Consumer<ServingCertificate> installer;
    private final CertificateEvents events;
    private final RandomGenerator random;
    /** The caBundle that each configuration had when it was last seen to be right. */
    private final Map<String, String> lastRight = new HashMap<>();

    private TrustedSince trust = TrustedSince.NONE;
    private volatile Optional<CaSet> remembered = Optional.empty();
    private volatile Optional<ServedLeaf> serving = Optional.empty();
    private volatile List<LiveConfiguration> live;

    CertificateKeeper(
            CaStore secret,
            List<BundleStore> configurations,
            CertificateSettings settings,
            Clock clock,
            Consumer<ServingCertificate> installer,
            CertificateEvents events,
            RandomGenerator random) {
        this.secret = secret;
        this.configurations = configurations;
        this.settings = settings;
        this.clock = clock;
        this.installer = installer;
        this.events = events;
        this.random = random;
        this.live = configurations.stream()
                .<LiveConfiguration>map(store -> new LiveConfiguration.Unknown(store.subject()))
                .toList();
    }

    /** See {@link CertificateReadiness}. */
    Optional<String> problem() {
        return CertificateReadiness.problem(serving, live, settings.serverName(), clock.instant());
    }

    Optional<Instant> authorityExpiry() {
        return remembered.map(authorities -> authorities.newest().notAfter());
    }

    /**
     * One pass.
     *
     * @return when to look again; not in the future if something was changed, or another replica was faster
     */
    synchronized Instant look() {
        SecretState state = secret.read();
        live = configurations.stream().map(BundleStore::read).toList();
        Instant now = clock.instant();
        if (state instanceof SecretState.Healthy healthy) {
            trust = trust.observe(healthy.authorities().newest().certificate(), live, now);
        }
        Optional<CaSet> authorities = bringSecretInOrder(state, now);
        if (authorities.isEmpty()) {
            return now;
        }
        remembered = authorities;
        serve(authorities.get(), now);
        return publish(authorities.get()) ? now : NextLook.at(authorities.get(), serving, trust, now, settings);
    }

    /**
     * While the API server is away: renews the serving certificate with the CA that was last seen, but only when there
     * is nothing left to lose. Before that, signing waits for a look at the Secret, so that no replica signs with a CA
     * that the others have replaced.
     */
    synchronized void serveFromMemory() {
        Instant now = clock.instant();
        boolean lastResort =
                serving.filter(current -> !now.isBefore(current.lastResortAt())).isPresent();
        if (lastResort) {
            remembered.ifPresent(authorities -> serve(authorities, now));
        }
    }

    /** The CAs that hold from now on; empty if another replica was faster. */
    private Optional<CaSet> bringSecretInOrder(SecretState state, Instant now) {
        if (state instanceof SecretState.Damaged damaged) {
            events.secretDamaged(damaged.problems());
        }
        CaDecision decision = CaDecision.decide(state, remembered, live, trust, now, settings.rollover());
        if (decision instanceof CaDecision.NewAuthority create) {
            var newest = CertificateAuthority.create(settings.caValidity(), clock);
            return write(
                    create.replaces(),
                    CaSet.of(newest, create.formerSigners(), create.predecessors()),
                    create.change());
        }
        if (decision instanceof CaDecision.Rewrite rewrite) {
            return write(Optional.of(rewrite.replaces()), rewrite.authorities(), rewrite.change());
        }
        return Optional.of(((CaDecision.Keep) decision).authorities());
    }

    private Optional<CaSet> write(Optional<String> replaces, CaSet authorities, CaChange change) {
        if (!secret.write(replaces, authorities)) {
            return Optional.empty();
        }
        events.authoritiesWritten(change, authorities);
        return Optional.of(authorities);
    }

    private void serve(CaSet authorities, Instant now) {
        LeafDecision decision = LeafDecision.decide(serving, authorities, live, trust, now, settings.rollover());
        if (decision instanceof LeafDecision.Sign sign) {
            ServingCertificate leaf = sign.authority()
                    .issueServing(settings.names(), settings.rollover().leafValidity(), clock);
            installer.accept(leaf);
            serving = Optional.of(ServedLeaf.of(leaf, sign.settled(), random));
            events.leafSigned(leaf);
        } else if (decision instanceof LeafDecision.Impossible impossible) {
            events.leafImpossible(impossible.problem());
        } else if (trust.isSettled(authorities.newest().certificate(), now, settings.rollover())) {
            serving = serving.map(ServedLeaf::whenSettled);
        }
    }

    /** Whether anything had to be written. */
    private boolean publish(CaSet authorities) {
        boolean changed = false;
        for (int index = 0; index < configurations.size(); index++) {
            BundleDecision decision = BundleDecision.decide(live.get(index), authorities.bundle());
            if (decision instanceof BundleDecision.Apply apply) {
                apply(configurations.get(index), apply);
                changed = true;
            } else {
                lastRight.put(
                        configurations.get(index).subject(),
                        authorities.bundle().toBase64());
            }
        }
        return changed;
    }

    private void apply(BundleStore configuration, BundleDecision.Apply decision) {
        boolean restored = decision.caBundle().equals(lastRight.get(configuration.subject()));
        if (configuration.apply(decision)) {
            events.bundleWritten(configuration.subject(), decision.different(), restored);
        }
    }
}
