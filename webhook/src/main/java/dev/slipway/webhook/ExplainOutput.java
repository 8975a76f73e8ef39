package dev.slipway.webhook;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.slipway.webhook.admission.AdmissionOutcome;
import dev.slipway.webhook.admission.Explanation;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The output formats of {@code explain}. */
enum ExplainOutput {
    /** Can be applied as it is: all but the pods are comments. */
    YAML {
        @Override
        void print(List<Explanation> explanations, PrintStream out) {
            for (Explanation explanation : explanations) {
                lines(explanation).forEach(line -> out.println("# " + line));
                if (explanation.outcome() != AdmissionOutcome.DENIED) {
                    out.println("---");
                    out.print(yaml(result(explanation)));
                }
            }
        }
    },
    DIFF {
        @Override
        void print(List<Explanation> explanations, PrintStream out) {
            for (Explanation explanation : explanations) {
                lines(explanation).forEach(line -> out.println("# " + line));
                List<String> before = yaml(explanation.pod()).lines().toList();
                List<String> after = yaml(result(explanation)).lines().toList();
                String name = explanation.subject();
                UnifiedDiffUtils.generateUnifiedDiff(
                                name, name + ", injected", before, DiffUtils.diff(before, after), LINES_AROUND)
                        .forEach(out::println);
            }
        }
    },
    PATCH {
        @Override
        void print(List<Explanation> explanations, PrintStream out) {
            for (Explanation explanation : explanations) {
                out.println(pretty(explanation.patch().orElseGet(JSON::createArrayNode)));
            }
        }
    },
    TEXT {
        @Override
        void print(List<Explanation> explanations, PrintStream out) {
            for (Explanation explanation : explanations) {
                var lines = new ArrayList<>(lines(explanation));
                explanation
                        .patch()
                        .ifPresent(patch ->
                                list(lines, "patch", pretty(patch).lines().toList()));
                out.println(lines.get(0));
                lines.subList(1, lines.size()).forEach(line -> out.println("  " + line));
            }
        }
    },
    JSON_TEXT {
        @Override
        void print(List<Explanation> explanations, PrintStream out) {
            out.println(pretty(asJson(explanations)));
        }
    };

    /** Unchanged lines that a difference shows on each side. */
    private static final int LINES_AROUND = 3;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final YAMLMapper YAML_MAPPER = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .build();

    abstract void print(List<Explanation> explanations, PrintStream out);

    static Optional<ExplainOutput> named(String word) {
        String name = word.equals("json") ? "json_text" : word;
        return Arrays.stream(values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    private static JsonNode result(Explanation explanation) {
        return explanation
                .patch()
                .map(patch -> JsonPatch.apply(patch, explanation.pod()))
                .orElse(explanation.pod());
    }

    private static List<String> lines(Explanation explanation) {
        var lines = new ArrayList<String>();
        lines.add(explanation.subject().replaceAll("\\s+", " "));
        lines.add("decision: " + explanation.outcome().label() + " (" + explanation.reason() + ")");
        list(lines, "problems", explanation.problems());
        list(lines, "warnings", explanation.warnings());
        list(
                lines,
                "init containers",
                explanation.order().stream().map(ExplainOutput::line).toList());
        return lines;
    }

    private static void list(List<String> lines, String title, List<String> entries) {
        if (!entries.isEmpty()) {
            lines.add(title + ":");
            entries.stream().flatMap(String::lines).forEach(entry -> lines.add("  " + entry));
        }
    }

    private static String line(Explanation.Step step) {
        return (step.added() ? "+ " : "  ")
                + step.container()
                + (step.sidecar() ? " (native sidecar)" : "")
                + (step.added() ? "  " + step.image() : "");
    }

    private static String pretty(JsonNode node) {
        return JSON.writeValueAsString(node);
    }

    private static String yaml(JsonNode node) {
        return YAML_MAPPER.writeValueAsString(node);
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
            if (explanation.outcome() != AdmissionOutcome.DENIED) {
                entry.set("pod", result(explanation));
            }
        }
        return list;
    }
}
