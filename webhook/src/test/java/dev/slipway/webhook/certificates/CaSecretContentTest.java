package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.Pem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CaSecretContentTest {
    private static final CertificateAuthority NEW = Fixtures.authorityMadeAt(Fixtures.NOON);
    private static final CertificateAuthority OLD = Fixtures.authorityMadeAt(Fixtures.NOON.minus(Duration.ofDays(200)));
    private static final String NEW_CRT = Pem.write(NEW.certificate());
    private static final String NEW_KEY = Pem.write(NEW.key());
    private static final String OLD_CRT = Pem.write(OLD.certificate());
    private static final String OLD_KEY = Pem.write(OLD.key());
    private static final String LEAF_CRT =
            Pem.write(Fixtures.servingOf(NEW, Fixtures.NOON).leaf().certificate());

    @Test
    void whatIsWrittenIsReadBack() {
        var authorities = Fixtures.authorities(NEW, OLD);

        assertThat(read(CaSecretContent.write(authorities))).isEqualTo(new SecretState.Healthy("7", authorities));
    }

    @Test
    void predecessorWithoutItsKeyIsStillTrusted() {
        var state = (SecretState.Healthy) read(content(NEW_CRT + OLD_CRT, NEW_KEY));

        assertThat(state.authorities().signers()).containsExactly(NEW);
        assertThat(state.authorities().trusted()).containsExactly(NEW.certificate(), OLD.certificate());
    }

    @Test
    void keysMayComeInAnyOrderAndSurplusOnesAreIgnored() {
        String stranger = Pem.write(Fixtures.authorityMadeAt(Fixtures.NOON).key());

        assertThat(read(content(NEW_CRT + OLD_CRT, stranger + OLD_KEY + NEW_KEY)))
                .isEqualTo(new SecretState.Healthy("7", Fixtures.authorities(NEW, OLD)));
    }

    @Test
    void windowsLineEndsAreFine() {
        assertThat(read(content(NEW_CRT.replace("\n", "\r\n"), NEW_KEY.replace("\n", "\r\n"))))
                .isEqualTo(new SecretState.Healthy("7", Fixtures.authorities(NEW)));
    }

    @Test
    void secretWithoutOurKeysIsThereToBeFilled() {
        assertThat(read(Map.of())).isEqualTo(new SecretState.Empty("7"));
        assertThat(read(content("", "\n"))).isEqualTo(new SecretState.Empty("7"));
        assertThat(read(Map.of("note", "made by hand"))).isEqualTo(new SecretState.Empty("7"));
    }

    static Stream<Arguments> damage() {
        return Stream.of(
                Arguments.of("no key", Map.of("ca.crt", NEW_CRT), "ca.key is empty"),
                Arguments.of("no certificate", Map.of("ca.key", NEW_KEY), "ca.crt is empty"),
                Arguments.of("garbage", content("garbage", NEW_KEY), "ca.crt is not PEM"),
                Arguments.of("cut off", content(NEW_CRT.substring(0, 300), NEW_KEY), "ca.crt is cut off"),
                Arguments.of("swapped", content(NEW_KEY, NEW_CRT), "ca.crt holds a 'PRIVATE KEY'"),
                Arguments.of("another's key", content(NEW_CRT, OLD_KEY), "ca.key holds no key of"),
                Arguments.of("key of the old one only", content(NEW_CRT + OLD_CRT, OLD_KEY), "ca.key holds no key of"),
                Arguments.of("a leaf", content(LEAF_CRT, NEW_KEY), "which is not a CA"),
                Arguments.of("a leaf among CAs", content(NEW_CRT + LEAF_CRT, NEW_KEY), "which is not a CA"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damage")
    void damageIsNamedWithoutQuotingTheKey(String name, Map<String, String> content, String expected) {
        var state = read(content);

        assertThat(state).isInstanceOf(SecretState.Damaged.class);
        assertThat(((SecretState.Damaged) state).problems()).anyMatch(problem -> problem.contains(expected));
        for (String key : List.of(NEW_KEY, OLD_KEY)) {
            assertThat(state.toString()).doesNotContain(key.lines().toList().get(1));
        }
    }

    @Test
    void certificatesThatAreLeftAreSalvaged() {
        assertThat(((SecretState.Damaged) read(content(NEW_CRT + OLD_CRT, "garbage"))).salvaged())
                .containsExactly(NEW.certificate(), OLD.certificate());
        assertThat(((SecretState.Damaged) read(content("garbage", NEW_KEY))).salvaged())
                .isEmpty();
        assertThat(((SecretState.Damaged) read(content(LEAF_CRT + OLD_CRT, OLD_KEY))).salvaged())
                .containsExactly(OLD.certificate());
    }

    @Test
    void textOfTheAuthoritiesHasNoKey() {
        assertThat(read(content(NEW_CRT, NEW_KEY)).toString())
                .contains("slipway-ca-")
                .doesNotContain(NEW_KEY.lines().toList().get(1));
    }

    private static Map<String, String> content(String certificates, String keys) {
        return Map.of("ca.crt", certificates, "ca.key", keys);
    }

    private static SecretState read(Map<String, String> content) {
        return CaSecretContent.read("7", content);
    }
}
