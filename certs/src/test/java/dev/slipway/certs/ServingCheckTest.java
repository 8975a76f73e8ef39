package dev.slipway.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class ServingCheckTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final String NAME = "slipway-webhook.slipway-system.svc";

    private final CertificateAuthority authority = CertificateAuthority.create(DAY.multipliedBy(9), TestClock.atNoon());
    private final CertificateAuthority stranger = CertificateAuthority.create(DAY, TestClock.atNoon());
    private final CertificateBundle bundle = CertificateBundle.of(authority.certificate());
    private final ServingCertificate leaf = authority.issueServing(
            new ServingNames(List.of(NAME, "*.example.org"), List.of("127.0.0.1", "::1")), DAY, TestClock.atNoon());

    @Test
    void ownLeafHoldsForEachOfItsNames() {
        for (String name : List.of(NAME, NAME.toUpperCase(Locale.ROOT), "a.example.org", "127.0.0.1", "0:0::1")) {
            assertThat(check(bundle, name, TestClock.NOON)).as(name).isEmpty();
        }
    }

    @Test
    void otherNamesAreRefusedAndTheRightOnesListed() {
        for (String name : List.of("slipway-webhook", "a.b.example.org", "example.org", "127.0.0.2")) {
            assertThat(check(bundle, name, TestClock.NOON))
                    .as(name)
                    .singleElement()
                    .asString()
                    .contains("not for '" + name + "'")
                    .contains(NAME);
        }
    }

    @Test
    void expiredAndNotYetValidAreToldApart() {
        assertThat(check(bundle, NAME, TestClock.NOON.plus(DAY).plusSeconds(1)))
                .singleElement()
                .asString()
                .contains("expired at 2026-03-02T12:00:00Z");
        assertThat(check(bundle, NAME, TestClock.NOON.minus(DAY)))
                .singleElement()
                .asString()
                .contains("is not valid before 2026-03-01T11:00:00Z");
    }

    @Test
    void anotherAuthorityDoesNotHold() {
        assertThat(check(CertificateBundle.of(stranger.certificate()), NAME, TestClock.NOON))
                .singleElement()
                .asString()
                .contains("was signed by")
                .contains("which the bundle does not hold");
    }

    @Test
    void oneGoodAuthorityAmongSeveralIsEnough() {
        assertThat(check(bundle.withFirst(stranger.certificate()), NAME, TestClock.NOON))
                .isEmpty();
    }

    @Test
    void expiredAuthorityDoesNotHoldAlthoughTheJdkWouldTakeIt() throws Exception {
        var shortLived = CertificateAuthority.create(Duration.ofHours(1), TestClock.atNoon());
        var leafOfADay = outlivingLeaf(shortLived);
        var trusted = CertificateBundle.of(shortLived.certificate());

        assertThat(ServingCheck.problems(leafOfADay, trusted, NAME, TestClock.NOON.plus(Duration.ofMinutes(30))))
                .isEmpty();
        assertThat(ServingCheck.problems(leafOfADay, trusted, NAME, TestClock.NOON.plus(Duration.ofHours(2))))
                .singleElement()
                .asString()
                .contains("the bundle holds no CA that is valid at 2026-03-01T14:00:00Z");
    }

    @Test
    void authorityCertificateIsNoServingCertificate() {
        assertThat(ServingCheck.problems(authority.certificate(), bundle, NAME, TestClock.NOON))
                .isNotEmpty();
    }

    private List<String> check(CertificateBundle trusted, String name, Instant at) {
        return ServingCheck.problems(leaf.certificate(), trusted, name, at);
    }

    /** Our own authority refuses to sign beyond its end, so this is made by hand. */
    private static X509Certificate outlivingLeaf(CertificateAuthority authority) throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                authority.certificate(),
                BigInteger.ONE,
                Date.from(TestClock.NOON),
                Date.from(TestClock.NOON.plus(DAY)),
                new X500Principal("CN=hand-made"),
                KeyMaterial.generate().getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                ServingNames.ofDns(NAME).toGeneralNames());
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }
}
