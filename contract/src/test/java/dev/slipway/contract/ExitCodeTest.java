package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void eachNumberHasOneMeaning() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
        assertThat(ExitCode.of(5)).hasValue(ExitCode.MIGRATION_FAILED);
        assertThat(ExitCode.of(137)).isEmpty();
    }

    @Test
    void onlyOkIsZero() {
        assertThat(ExitCode.OK.code()).isZero();
        assertThat(ExitCode.of(0)).hasValue(ExitCode.OK);
    }
}
