package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void eachNumberHasOneMeaning() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void onlyOkIsZero() {
        assertThat(Arrays.stream(ExitCode.values()).filter(each -> each.code() == 0))
                .containsExactly(ExitCode.OK);
    }
}
