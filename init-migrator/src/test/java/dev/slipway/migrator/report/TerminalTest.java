package dev.slipway.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Colour;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm-256color");

    @Test
    void aTerminalHasColoursUnlessItOrThePersonHasNone() {
        assertThat(Terminal.wantsColour(Colour.AUTO, XTERM, true)).isTrue();
        assertThat(Terminal.wantsColour(Colour.AUTO, XTERM, false)).isFalse();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of("TERM", "dumb"), true))
                .isFalse();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of(), true)).isFalse();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of("TERM", "xterm", "NO_COLOR", "1"), true))
                .isFalse();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of("TERM", "xterm", "NO_COLOR", ""), true))
                .as("no-color.org: when not an empty string")
                .isTrue();
    }

    @Test
    void whatIsAskedForWinsOverWhatIsThere() {
        assertThat(Terminal.wantsColour(Colour.ALWAYS, Map.of("NO_COLOR", "1"), false))
                .isTrue();
        assertThat(Terminal.wantsColour(Colour.NEVER, XTERM, true)).isFalse();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of("CLICOLOR_FORCE", "1"), false))
                .isTrue();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of("CLICOLOR_FORCE", "0"), false))
                .isFalse();
        assertThat(Terminal.wantsColour(Colour.AUTO, Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"), true))
                .isFalse();
    }

    @Test
    void aLineIsWrittenOverOnlyOnATerminalThatUnderstandsIt() {
        assertThat(new Terminal(true, () -> 80, Optional.empty()).rewrites()).isTrue();
        assertThat(new Terminal(false, () -> 80, Optional.empty()).rewrites()).isFalse();
        assertThat(new Terminal(true, null, Optional.empty()).rewrites()).isFalse();
    }
}
