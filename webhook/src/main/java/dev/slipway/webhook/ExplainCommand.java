package dev.slipway.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.slipway.webhook.admission.Explainer;
import dev.slipway.webhook.admission.Explanation;
import dev.slipway.webhook.admission.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code explain}: reads manifests and prints decision, container order and patch, without a cluster. */
final class ExplainCommand {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Explainer explainer;
    private final PrintStream out;

    ExplainCommand(Explainer explainer, PrintStream out) {
        this.explainer = explainer;
        this.out = out;
    }

    /**
     * @param manifests YAML documents or JSON
     * @return whether no object was refused
     * @throws IOException where the input is no YAML, or holds nothing with a pod
     */
    boolean run(InputStream manifests, boolean json) throws IOException {
        var explanations = new ArrayList<Explanation>();
        objects(manifests).forEach(object -> explainer.explain(object).ifPresent(explanations::add));
        if (explanations.isEmpty()) {
            throw new IOException("the input holds no pod and no workload with a pod template");
        }
        if (json) {
            out.println(JSON.writeValueAsString(asJson(explanations)));
        } else {
            explanations.forEach(this::print);
        }
        return explanations.stream().noneMatch(each -> each.outcome() == Outcome.DENIED);
    }

    private static List<JsonNode> objects(InputStream manifests) throws IOException {
        var objects = new ArrayList<JsonNode>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(manifests)) {
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                JsonNode items = document.path("items");
                (items.isArray() ? items : List.of(document)).forEach(objects::add);
            }
        } catch (JsonProcessingException malformed) {
            throw new IOException("the input is not YAML: " + malformed.getOriginalMessage(), malformed);
        }
        return objects;
    }

    private void print(Explanation explanation) {
        out.println(explanation.subject());
        out.println("  decision: " + explanation.outcome().label() + " (" + explanation.reason() + ")");
        printList("problems", explanation.problems());
        printList("warnings", explanation.warnings());
        printList(
                "init containers",
                explanation.order().stream().map(ExplainCommand::line).toList());
        explanation
                .patch()
                .ifPresent(patch -> printList("patch", pretty(patch).lines().toList()));
    }

    private static String line(Explanation.Step step) {
        return (step.added() ? "+ " : "  ")
                + step.container()
                + (step.sidecar() ? " (native sidecar)" : "")
                + (step.added() ? "  " + step.image() : "");
    }

    private void printList(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println("  " + title + ":");
            lines.forEach(line -> out.println("    " + line));
        }
    }

    private static String pretty(JsonNode patch) {
        try {
            return JSON.writeValueAsString(patch);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ArrayNode asJson(List<Explanation> explanations) {
        ArrayNode list = JSON.createArrayNode();
        for (Explanation explanation : explanations) {
            ObjectNode entry = list.addObject();
            entry.put("subject", explanation.subject());
            entry.put("outcome", explanation.outcome().label()).put("reason", explanation.reason());
            explanation.problems().forEach(entry.putArray("problems")::add);
            explanation.warnings().forEach(entry.putArray("warnings")::add);
            explanation
                    .order()
                    .forEach(step -> entry.withArray("initContainers").add(step.container()));
            explanation.patch().ifPresent(patch -> entry.set("patch", patch));
        }
        return list;
    }
}
