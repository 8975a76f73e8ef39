package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.testkit.docs.Block;
import dev.slipway.testkit.docs.Blocks;
import dev.slipway.testkit.docs.PodFragment;
import dev.slipway.webhook.config.KubernetesVersion;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import dev.slipway.webhook.manifest.Manifest;
import dev.slipway.webhook.manifest.ManifestReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pods that README and docs show with annotations of ours are injected, without a warning. */
class DocumentedPodsTest {
    private static final Explainer EXPLAINER =
            new Explainer(new InjectionPlanner(WebhookConfig.fromEnv(Map.of(), new Problems())
                    .injectionDefaults("0.1.0", Optional.of(new KubernetesVersion(1, 35)))));

    @Test
    void whatThePagesShowIsInjected() throws IOException {
        var judged = new ArrayList<String>();
        var wrong = new ArrayList<String>();
        for (Block block : Blocks.of(Path.of(".."))) {
            if (block.language().equals("yaml") && block.text().contains("slipway.dev/")) {
                for (Explanation explanation : explain(block)) {
                    judged.add(block.toString());
                    if (explanation.outcome() != AdmissionOutcome.INJECTED
                            || !explanation.warnings().isEmpty()) {
                        wrong.add(block + ": " + explanation.outcome() + ", " + explanation.problems() + ", "
                                + explanation.warnings());
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(judged).hasSizeGreaterThanOrEqualTo(4);
    }

    private static List<Explanation> explain(Block block) throws IOException {
        byte[] text = block.text().getBytes(StandardCharsets.UTF_8);
        var explanations = new ArrayList<Explanation>();
        for (Manifest manifest : ManifestReader.read(new ByteArrayInputStream(text))) {
            JsonNode object = PodFragment.complete(manifest.object())
                    .map(JsonNode.class::cast)
                    .orElse(manifest.object());
            List<String> unquoted =
                    manifest.unquoted().stream().map(Object::toString).toList();
            EXPLAINER
                    .explain(object)
                    .map(explanation -> explanation.refusedFor(unquoted))
                    .ifPresent(explanations::add);
        }
        return explanations;
    }
}
