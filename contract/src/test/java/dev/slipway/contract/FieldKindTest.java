package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FieldKindTest {
    /** What people paste into the wrong field. In each, no run of eight characters may be shown. */
    static final List<String> SECRETS = List.of(
            "postgres://shop:Hunter2secret@db.internal:5432/shop?sslmode=require",
            "jdbc:postgresql://db/shop?user=shop&pass=Hunter2secret",
            "host=db user=shop pass=Hunter2secret",
            "shop:Hunter2secret@db",
            "Hunter2:secretsecret",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            "AKIAIOSFODNN7EXAMPLE/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
            "d41d8cd98f00b204e9800998ecf8427e",
            "c2VjcmV0LXBhc3N3b3JkLXdpdGgtbWFueS1sZXR0ZXJz==",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "correct horse battery staple 42!",
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
            "Tr0ub4dor&3-Tr0ub4dor&3");

    static Stream<Arguments> everySecretInEveryField() {
        return SECRETS.stream()
                .flatMap(secret -> Arrays.stream(FieldKind.values()).map(kind -> Arguments.of(kind, secret)));
    }

    @ParameterizedTest
    @MethodSource("everySecretInEveryField")
    void ofASecretOnlyTheFirstLettersAndTheLengthAreShown(FieldKind kind, String secret) {
        assertThat(kind.show(secret)).hasSizeLessThan(24).contains("…").endsWith(" characters)");
        assertThat(kind.plain(secret)).isEqualTo(kind.show(secret));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "WORD, expnad, 'expnad'",
                "WORD, True, 'True'",
                "WORD, yes please, 'ye…' (10 characters)",
                "AMOUNT, 5 minutes, '5 minutes'",
                "AMOUNT, soon, 'soon'",
                "AMOUNT, 1h 30m, '1h 30m'",
                "AMOUNT, -5s, '-5s'",
                "AMOUNT, v1.2.3, 'v1.2.3'",
                "AMOUNT, 300Mib, '300Mib'",
                "PATH, /sql/../x, '/sql/../x'",
                "PATH, ../sql, '../sql'",
                "PATH, sql;drop, 'sq…' (8 characters)",
                "NAME, container:api, 'container:api'",
                "NAME, configmaps:sql, 'configmaps:sql'",
                "NAME, Shop_Database, 'Shop_Database'",
                "NAME, shop database of the team, 'sho…' (25 characters)",
                "CHOICES, hazard=fail, 'hazard=fail'",
                "NAME, \"\", ''",
                "NAME, ?, '…' (1 character)",
                "NAME, p@ss, 'p…' (4 characters)",
            })
    void aSlipIsShownAsItIs(FieldKind kind, String text, String shown) {
        assertThat(kind.show(text)).isEqualTo(shown);
    }

    @ParameterizedTest
    @MethodSource("everySecretInEverySetting")
    void noSettingShowsWhatIsNoValueOfIts(Setting<?> setting, String secret) {
        var problems = new Problems();
        setting.parse(secret, setting.flag(), problems);

        for (int index = 0; index + 8 <= secret.length(); index++) {
            assertThat(problems.describe("the test")).doesNotContain(secret.substring(index, index + 8));
        }
    }

    static Stream<Arguments> everySecretInEverySetting() {
        return SECRETS.stream().flatMap(secret -> Setting.all().stream().map(setting -> Arguments.of(setting, secret)));
    }
}
