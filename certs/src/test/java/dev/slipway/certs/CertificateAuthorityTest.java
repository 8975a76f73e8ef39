package dev.slipway.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.Problems;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ServingNames NAMES =
            new ServingNames(List.of("slipway-webhook.slipway-system.svc", "LOCALHOST"), List.of("127.0.0.1", "::1"));

    private final CertificateAuthority authority = CertificateAuthority.create(YEAR, TestClock.atNoon());

    @Test
    void authorityMaySignServingCertificatesOnly() {
        X509Certificate certificate = authority.certificate();

        assertThat(certificate.getBasicConstraints()).isZero();
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(certificate.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(certificate.getNonCriticalExtensionOIDs()).contains("2.5.29.14", "2.5.29.35");
        assertThat(CertificateAuthority.isAuthority(certificate)).isTrue();
    }

    @Test
    void twoAuthoritiesDifferInNameAndSerial() {
        var other = CertificateAuthority.create(YEAR, TestClock.atNoon());

        assertThat(other.certificate().getSubjectX500Principal())
                .isNotEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(other.certificate().getSerialNumber())
                .isNotEqualTo(authority.certificate().getSerialNumber());
        assertThat(other.certificate().getSerialNumber().bitLength()).isLessThanOrEqualTo(128);
    }

    @Test
    void leafCarriesTheNamesAndIsForServers() throws Exception {
        var leaf = authority.issueServing(NAMES, DAY, TestClock.atNoon()).certificate();

        assertThat(CertificateText.dnsNames(leaf)).containsExactly("slipway-webhook.slipway-system.svc", "localhost");
        assertThat(CertificateText.ipAddresses(leaf)).containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(CertificateAuthority.isAuthority(leaf)).isFalse();
        assertThat(CertificateAuthority.hasSigned(authority.certificate(), leaf))
                .isTrue();
    }

    @Test
    void startsAnHourEarlyForClocksThatAreBehind() {
        var leaf = authority.issueServing(NAMES, DAY, TestClock.atNoon());

        assertThat(leaf.certificate().getNotBefore().toInstant()).isEqualTo(TestClock.NOON.minus(Duration.ofHours(1)));
        assertThat(leaf.notAfter()).isEqualTo(TestClock.NOON.plus(DAY));
    }

    @Test
    void shortLivesAreBackdatedByATenthSoThatTheyAreNotDueAtOnce() {
        var leaf = authority.issueServing(NAMES, Duration.ofSeconds(30), TestClock.atNoon());

        assertThat(leaf.certificate().getNotBefore().toInstant()).isEqualTo(TestClock.NOON.minusSeconds(3));
        assertThat(Renewal.dueAt(leaf.certificate())).isAfter(TestClock.NOON);
    }

    @Test
    void leafNeverOutlivesItsAuthority() {
        var leaf = authority.issueServing(NAMES, YEAR.plus(DAY), TestClock.atNoon());

        assertThat(leaf.notAfter()).isEqualTo(authority.notAfter());
    }

    @Test
    void expiredAuthoritySignsNothing() {
        var later = TestClock.at(authority.notAfter());

        assertThatThrownBy(() -> authority.issueServing(NAMES, DAY, later))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has expired");
    }

    @Test
    void anothersKeyIsRefused() {
        var other = CertificateAuthority.create(YEAR, TestClock.atNoon());
        var problems = new Problems();

        assertThat(CertificateAuthority.of(authority.certificate(), other.key(), "ca.crt", problems))
                .isEmpty();
        assertThat(problems.describe("x")).contains("ca.crt").contains("the private key is another's");
    }

    @Test
    void servingCertificateIsNoAuthority() {
        var leaf = authority.issueServing(NAMES, DAY, TestClock.atNoon());
        var problems = new Problems();

        assertThat(CertificateAuthority.of(leaf.certificate(), leaf.key(), "ca.crt", problems))
                .isEmpty();
        assertThat(problems.describe("x")).contains("may not sign certificates");
    }

    @Test
    void textsLeaveThePrivateKeyOut() {
        var leaf = authority.issueServing(NAMES, DAY, TestClock.atNoon());

        for (var secret : List.of(authority.key(), leaf.key())) {
            String encoded = Base64.getEncoder().encodeToString(secret.getEncoded());
            assertThat(authority + " " + leaf).doesNotContain(encoded).doesNotContain("PRIVATE");
        }
        assertThat(authority.toString()).contains("slipway-ca-");
    }

    @Test
    void everyBadNameIsReported() {
        var problems = new Problems();

        assertThat(ServingNames.parse(
                        List.of("good.example", "bad_name", "10.0.0.1", "a..b"), List.of("1.2.3"), problems))
                .isEmpty();
        assertThat(problems.list()).hasSize(4);
    }
}
