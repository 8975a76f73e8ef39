package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns<String> turns = new Turns<>();

    @Test
    void sourcesTakeTurnsAndSoDoTheirConnections() {
        for (int number = 0; number < 3; number++) {
            turns.add("a", "a1", "a1-" + number);
            turns.add("a", "a2", "a2-" + number);
        }
        turns.add("b", "b1", "b1-0");

        assertThat(all()).containsExactly("a1-0", "b1-0", "a2-0", "a1-1", "a2-1", "a1-2", "a2-2");
        assertThat(turns.peek()).isNull();
        assertThat(turns.size()).isZero();
    }

    @Test
    void theLastOfTheLongestIsTakenOut() {
        turns.add("b", "b1", "b1-0");
        turns.add("a", "a1", "a1-0");
        turns.add("a", "a2", "a2-0");
        turns.add("a", "a2", "a2-1");

        assertThat(turns.removeLastOfTheLongest()).isEqualTo("a2-1");
        assertThat(turns.removeLastOfTheLongest()).startsWith("a");
        turns.removeLastOfTheLongest();
        turns.removeLastOfTheLongest();
        assertThat(turns.size()).isZero();
        assertThat(turns.peek()).isNull();
    }

    private List<String> all() {
        var all = new ArrayList<String>();
        while (turns.peek() != null) {
            all.add(turns.peek());
            turns.remove();
        }
        return all;
    }
}
