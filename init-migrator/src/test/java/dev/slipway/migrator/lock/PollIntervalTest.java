package dev.slipway.migrator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PollIntervalTest {
    private final PollInterval interval = new PollInterval(new Random(1));

    @Test
    void startsShort() {
        assertThat(interval.next()).isBetween(Duration.ofMillis(100), Duration.ofMillis(300));
    }

    @Test
    void growsWhileTheServerIsCrowdedUpToItsLongest() {
        for (int look = 0; look < 20; look++) {
            interval.looked(50);
        }

        assertThat(interval.next()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
    }

    @Test
    void isAsLongAsTheCrowdIsLargeFromTheFirstLookOn() {
        interval.looked(30);

        assertThat(interval.next()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    @Test
    void shrinksAgainWhenItIsQuiet() {
        for (int look = 0; look < 20; look++) {
            interval.looked(50);
        }
        for (int look = 0; look < 200; look++) {
            interval.looked(1);
        }

        assertThat(interval.next()).isLessThanOrEqualTo(Duration.ofMillis(300));
    }

    /** 300 replicas that look for 20 ms each: the rate of looks settles where few of them meet. */
    @Test
    void keepsTheCrowdSmallHoweverManyWait() {
        int replicas = 300;
        long lookMillis = 20;
        var random = new Random(7);
        var intervals = new PollInterval[replicas];
        var nextLook = new long[replicas];
        for (int replica = 0; replica < replicas; replica++) {
            intervals[replica] = new PollInterval(random);
            nextLook[replica] = random.nextInt(300);
        }
        var busyUntil = new long[replicas];
        long crowdedMillis = 0;
        for (long now = 0; now < 120_000; now++) {
            int connected = 0;
            for (int replica = 0; replica < replicas; replica++) {
                if (busyUntil[replica] > now) {
                    connected++;
                }
            }
            crowdedMillis += now > 60_000 && connected > 8 ? 1 : 0;
            for (int replica = 0; replica < replicas; replica++) {
                if (nextLook[replica] == now) {
                    busyUntil[replica] = now + lookMillis;
                    intervals[replica].looked(connected + 1);
                    nextLook[replica] =
                            now + lookMillis + intervals[replica].next().toMillis();
                }
            }
        }
        assertThat(crowdedMillis)
                .as("of the last 60,000 ms with more than 8 connections")
                .isLessThan(3_000);
    }
}
