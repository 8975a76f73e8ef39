package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @ParameterizedTest
    @ValueSource(strings = {"", "select 1;", "größer", "€", "😀"})
    void textIsText(String text) {
        assertThat(Utf8.firstBadByte(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void theFirstByteThatIsNoTextIsNamedByLineAndPosition() {
        byte[] bytes = "a\nü\nbä".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Utf8.firstBadByte(bytes)).hasToString("Optional[line 2, byte 3 of the file (0xFC)]");
    }

    @Test
    void aCharacterThatIsCutOffAtTheEndIsBad() {
        byte[] bytes = {'a', (byte) 0xE2, (byte) 0x82};
        assertThat(Utf8.firstBadByte(bytes)).contains(new Utf8.BadByte(1, 2, 0xE2));
    }

    @Test
    void noCharacterIsLostWhereOnePartOfALongTextEnds() {
        for (int length = 4090; length < 4100; length++) {
            byte[] text = ("x".repeat(length) + "😀€ü".repeat(2000)).getBytes(StandardCharsets.UTF_8);
            assertThat(Utf8.firstBadByte(text)).isEmpty();
            text[text.length - 1] = (byte) 0xFF;
            assertThat(Utf8.firstBadByte(text)).contains(new Utf8.BadByte(1, text.length - 1, 0xC3));
        }
    }
}
