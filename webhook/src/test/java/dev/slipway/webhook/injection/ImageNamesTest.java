package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNamesTest {
    @ParameterizedTest
    @CsvSource({
        "reg/m:1, reg/m:1, true",
        "reg/m:1, reg/m:2, false",
        "reg/m:1, mirror.example.com/reg/m:1, true",
        "reg:5000/shop/m:1, mirror/shop/m:1, true",
        "reg:5000/m, reg:5000/m:latest, true",
        "reg/m, reg/m:1, false",
        "reg/m:1, reg/n:1, false",
        "reg/m:1, reg/m@sha256:aa, true",
        "reg/m:1, reg/m:1@sha256:aa, true",
        "reg/m:2, reg/m:1@sha256:aa, false",
        "reg/m@sha256:aa, reg/m@sha256:bb, false",
        "reg/m:1@sha256:aa, mirror/m:1@sha256:aa, true",
        "reg/m:1@sha256:aa, mirror/m:1@sha256:bb, false"
    })
    void aMirrorOrADigestIsNoOtherImage(String left, String right, boolean same) {
        assertThat(ImageNames.mayBeSame(left, right)).isEqualTo(same);
        assertThat(ImageNames.mayBeSame(right, left)).isEqualTo(same);
    }
}
