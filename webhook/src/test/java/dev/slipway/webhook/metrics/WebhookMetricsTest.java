package dev.slipway.webhook.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebhookMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final WebhookMetrics metrics = new WebhookMetrics("1.2.3", Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void everyMeterIsThereUnderItsDocumentedName() throws IOException {
        metrics.observeInFlight(() -> 3);
        metrics.observeReady(() -> true);
        metrics.observeCertificate(() -> Optional.of(NOW.plusSeconds(90)));
        metrics.admission("mutate", "create", "injected", "opted-in", false, Duration.ofMillis(1));

        List<String> names = metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE slipway_"))
                .map(line -> line.split(" ", -1)[2])
                .toList();

        String document = Files.readString(Path.of("..", "docs", "webhook.md"));
        assertThat(names)
                .hasSizeGreaterThanOrEqualTo(8)
                .allSatisfy(name -> assertThat(document).contains("`" + name.replaceAll("_max$", "") + "`"));
    }

    /** Prometheus sees no increase in a series whose first value is 1. */
    @Test
    void warningsOfOptInsWithoutEffectAreCountedFromZero() {
        assertThat(metrics.scrape())
                .contains(
                        "slipway_webhook_admissions_total{dry_run=\"false\",endpoint=\"validate\",operation=\"update\","
                                + "outcome=\"skipped\",reason=\"opt-in-mistake\"} 0.0");
    }

    @Test
    void theCertificateCountsDown() {
        metrics.observeCertificate(() -> Optional.of(NOW.plusSeconds(90)));

        assertThat(metrics.scrape()).contains("slipway_webhook_certificate_expiry_seconds 90.0");
    }

    @Test
    void noCertificateIsNotZeroSeconds() {
        metrics.observeCertificate(Optional::empty);

        assertThat(metrics.scrape()).contains("slipway_webhook_certificate_expiry_seconds NaN");
    }

    @Test
    void admissionsAreCountedByHowTheyEnded() {
        metrics.admission("mutate", "create", "denied", "invalid", true, Duration.ofNanos(300_000));
        metrics.admission("mutate", "create", "denied", "invalid", true, Duration.ofNanos(300_000));

        assertThat(metrics.scrape())
                .contains("slipway_webhook_admissions_total{dry_run=\"true\",endpoint=\"mutate\",operation=\"create\","
                        + "outcome=\"denied\",reason=\"invalid\"} 2.0")
                .contains("slipway_webhook_admission_duration_seconds_bucket{endpoint=\"mutate\",outcome=\"denied\","
                        + "le=\"2.5E-4\"} 0")
                .contains("slipway_webhook_admission_duration_seconds_bucket{endpoint=\"mutate\",outcome=\"denied\","
                        + "le=\"5.0E-4\"} 2");
    }
}
