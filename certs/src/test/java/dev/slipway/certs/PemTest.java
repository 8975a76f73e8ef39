package dev.slipway.certs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PemTest {
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create(Duration.ofDays(1), TestClock.atNoon());
    private static final X509Certificate CERTIFICATE = AUTHORITY.certificate();
    private static final String CERTIFICATE_PEM = Pem.write(CERTIFICATE);
    private static final String KEY_PEM = Pem.write(AUTHORITY.key());

    private final Problems problems = new Problems();

    @Test
    void whatIsWrittenIsReadBack() {
        assertThat(Pem.certificates(CERTIFICATE_PEM, "tls.crt", problems)).containsExactly(CERTIFICATE);
        assertThat(Pem.privateKey(KEY_PEM, "tls.key", problems)).hasValue(AUTHORITY.key());
        assertThat(KEY_PEM).startsWith("-----BEGIN PRIVATE KEY-----\n").doesNotContain("\r");
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void windowsLineEndsAndTextAroundTheBlocksAreFine() {
        String edited = "Bag Attributes\r\n" + CERTIFICATE_PEM.replace("\n", "\r\n") + "\r\n# end\r\n";

        assertThat(Pem.certificates(edited, "tls.crt", problems)).containsExactly(CERTIFICATE);
        assertThat(Pem.privateKey(KEY_PEM.replace("\n", "\r\n"), "tls.key", problems))
                .hasValue(AUTHORITY.key());
    }

    @Test
    void rsaKeysInTheOlderFormAreRead() throws Exception {
        var pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        var pkcs1 = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded()).parsePrivateKey();

        var read = Pem.privateKey(block("RSA PRIVATE KEY", pkcs1), "tls.key", problems);

        assertThat(problems.list()).isEmpty();
        assertThat(KeyMaterial.isPair(pair.getPublic(), read.orElseThrow())).isTrue();
    }

    @Test
    void ellipticKeysInTheOlderFormAreReadWithTheCurveBlockThatOpensslWritesFirst() throws Exception {
        var key = (java.security.interfaces.ECPrivateKey) AUTHORITY.key();
        var sec1 = new ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1);
        String text = block("EC PARAMETERS", SECObjectIdentifiers.secp256r1) + block("EC PRIVATE KEY", sec1);

        var read = Pem.privateKey(text, "tls.key", problems);

        assertThat(problems.list()).isEmpty();
        assertThat(KeyMaterial.isPair(CERTIFICATE.getPublicKey(), read.orElseThrow()))
                .isTrue();
    }

    @Test
    void encryptedKeysAreRefusedWithTheReason() throws Exception {
        String blocks = Pem.write(AUTHORITY.key()).replace(" PRIVATE KEY", " EC PRIVATE KEY");
        String encrypted = blocks.replaceFirst(
                "\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");

        assertThat(Pem.privateKey(encrypted, "tls.key", problems)).isEmpty();
        assertThat(problems.describe("x")).contains("tls.key holds an encrypted private key");
    }

    private static String block(String type, ASN1Encodable content) throws IOException {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content.toASN1Primitive().getEncoded()));
        }
        return text.toString();
    }

    static Stream<Arguments> badCertificates() {
        String der = new String(encoded(), StandardCharsets.ISO_8859_1);
        return Stream.of(
                Arguments.of("", "is empty; expected a 'CERTIFICATE' in PEM"),
                Arguments.of("hello", "is not PEM: it has no '-----BEGIN' line; expected a 'CERTIFICATE' in PEM"),
                Arguments.of(der, "is binary (DER), not PEM; expected a 'CERTIFICATE' in PEM"),
                Arguments.of(KEY_PEM, "holds a 'PRIVATE KEY'; expected a 'CERTIFICATE' in PEM"),
                Arguments.of("\uFEFF" + CERTIFICATE_PEM, "starts with a byte order mark"),
                Arguments.of(CERTIFICATE_PEM.substring(0, 200), "is cut off or damaged: block 1"),
                Arguments.of(
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                        "holds a damaged certificate as block 1"),
                Arguments.of(CERTIFICATE_PEM.replaceFirst("MII", "M!!"), "tls.crt"));
    }

    @ParameterizedTest
    @MethodSource("badCertificates")
    void saysWhatWasFoundInsteadOfACertificate(String text, String expected) {
        assertThat(Pem.certificates(text, "tls.crt", problems)).isEmpty();

        assertThat(problems.list()).hasSize(1);
        assertThat(problems.describe("x")).contains("tls.crt").contains(expected);
    }

    static Stream<Arguments> badKeys() {
        return Stream.of(
                Arguments.of("", "is empty; expected a 'PRIVATE KEY' in PEM"),
                Arguments.of(CERTIFICATE_PEM, "holds a 'CERTIFICATE'; expected a 'PRIVATE KEY' in PEM"),
                Arguments.of(KEY_PEM + KEY_PEM, "holds 2 private keys; expected one"),
                Arguments.of(
                        KEY_PEM.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE")
                                .replace("END PRIVATE", "END ENCRYPTED PRIVATE"),
                        "tls.key"),
                Arguments.of(
                        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                        "holds a damaged private key"));
    }

    @ParameterizedTest
    @MethodSource("badKeys")
    void saysWhatWasFoundInsteadOfAKeyAndNeverQuotesIt(String text, String expected) {
        assertThat(Pem.privateKey(text, "tls.key", problems)).isEmpty();

        assertThat(problems.list()).hasSize(1);
        assertThat(problems.describe("x")).contains("tls.key").contains(expected);
        assertThat(problems.describe("x"))
                .doesNotContain(KEY_PEM.lines().toList().get(1).substring(0, 20));
    }

    @Test
    void keysAndCertificatesMayShareAFile() {
        String both = KEY_PEM + CERTIFICATE_PEM;

        assertThat(Pem.certificates(both, "both.pem", problems)).isEqualTo(List.of(CERTIFICATE));
        assertThat(Pem.privateKeys(both, "both.pem", problems)).isEqualTo(List.of(AUTHORITY.key()));
    }

    @Test
    void bundleIsTheSameBytesWhateverWasReadAndHoldsEachOnce() {
        var other = CertificateAuthority.create(Duration.ofDays(1), TestClock.atNoon())
                .certificate();
        var bundle = CertificateBundle.of(CERTIFICATE, other, CERTIFICATE);
        var edited = CertificateBundle.parse(bundle.toPem().replace("\n", "\r\n"), "ca.crt", problems);

        assertThat(bundle.certificates()).containsExactly(CERTIFICATE, other);
        assertThat(edited.orElseThrow().toBase64()).isEqualTo(bundle.toBase64());
        assertThat(new String(Base64.getDecoder().decode(bundle.toBase64()), StandardCharsets.US_ASCII))
                .isEqualTo(bundle.toPem());
        assertThat(CertificateBundle.fromBase64(bundle.toBase64())).hasValue(bundle);
        assertThat(CertificateBundle.fromBase64("Cg==")).isEmpty();
        assertThat(CertificateBundle.fromBase64("!")).isEmpty();
    }

    @Test
    void newestComesFirstAndTheEndedCanBeLeftOut() {
        var later = CertificateAuthority.create(Duration.ofDays(9), TestClock.atNoon())
                .certificate();
        var bundle = CertificateBundle.of(CERTIFICATE).withFirst(later).withFirst(later);

        assertThat(bundle.certificates()).containsExactly(later, CERTIFICATE);
        assertThat(bundle.alive(TestClock.NOON)).containsExactly(later, CERTIFICATE);
        assertThat(bundle.alive(TestClock.NOON.plus(Duration.ofDays(2)))).containsExactly(later);
    }

    private static byte[] encoded() {
        try {
            return CERTIFICATE.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
