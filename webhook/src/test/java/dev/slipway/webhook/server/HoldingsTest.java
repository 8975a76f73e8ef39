package dev.slipway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldingsTest {
    private final Holdings holdings = new Holdings(1_000);
    private final List<String> gone = new ArrayList<>();

    private record Request(String source, String name, List<String> gone) implements Holdings.Holder {
        @Override
        public void giveWay() {
            gone.add(name);
        }
    }

    private Request request(String source, String name) {
        return new Request(source, name, gone);
    }

    @Test
    void theOldestOfTheSourceThatHoldsMostGivesWay() {
        holdings.hold(request("api", "api-1"), 300);
        for (int number = 1; number <= 4; number++) {
            holdings.hold(request("other", "other-" + number), 200);
        }

        assertThat(gone).containsExactly("other-1");
        assertThat(holdings.held()).isEqualTo(900);
    }

    @Test
    void oneThatGrowsBeyondEverythingIsItsOwnVictim() {
        Request large = request("a", "large");
        holdings.hold(large, 900);
        holdings.hold(large, 200);

        assertThat(gone).containsExactly("large");
        assertThat(holdings.held()).isZero();
    }

    @Test
    void whatIsReleasedIsFreeAgainAndReleasingTwiceIsHarmless() {
        Request first = request("a", "first");
        holdings.hold(first, 900);
        holdings.release(first);
        holdings.release(first);
        holdings.hold(request("a", "second"), 900);

        assertThat(gone).isEmpty();
        assertThat(holdings.held()).isEqualTo(900);
    }
}
