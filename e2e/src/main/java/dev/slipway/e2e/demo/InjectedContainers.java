package dev.slipway.e2e.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Shows readably what the webhook added to a pod. */
final class InjectedContainers {
    private static final List<String> VOLUME_KINDS = List.of("secret", "image", "configMap", "emptyDir", "projected");

    private final Screen screen;
    private final JsonNode pod;

    InjectedContainers(Screen screen, JsonNode pod) {
        this.screen = screen;
        this.pod = pod;
    }

    void show() {
        JsonNode previous = MissingNode.getInstance();
        for (JsonNode container : pod.at("/spec/initContainers")) {
            if (container.path("name").asString().startsWith("slipway-")) {
                show(container, previous);
                previous = container;
            }
        }
    }

    private void show(JsonNode container, JsonNode previous) {
        field(
                "init container",
                screen.paint(Screen.Tone.STRONG, container.path("name").asString()) + "  "
                        + container.path("image").asString() + "  " + words(container.path("args")));
        if (isAlike(container, previous)) {
            field("  the rest", "as " + previous.path("name").asString());
            return;
        }
        field("  env", String.join("  ", env(container)));
        volumeMounts(container).forEach(each -> field("  mount", each));
        field("  security", security(container.path("securityContext")));
        field("  resources", resources(container.path("resources")));
    }

    private static boolean isAlike(JsonNode one, JsonNode other) {
        return List.of("env", "volumeMounts", "securityContext", "resources").stream()
                .allMatch(each -> one.path(each).equals(other.path(each)));
    }

    private void field(String name, String value) {
        screen.line(String.format("  %-16s  %s", name, value));
    }

    private static List<String> env(JsonNode container) {
        var shown = new ArrayList<String>();
        for (JsonNode variable : container.path("env")) {
            String field = variable.at("/valueFrom/fieldRef/fieldPath").asString();
            shown.add(variable.path("name").asString() + "="
                    + variable.path("value").asString(field));
        }
        return shown;
    }

    private List<String> volumeMounts(JsonNode container) {
        Map<String, JsonNode> volumes = new HashMap<>();
        pod.at("/spec/volumes").forEach(each -> volumes.put(each.path("name").asString(), each));
        var shown = new ArrayList<String>();
        for (JsonNode mount : container.path("volumeMounts")) {
            String name = mount.path("name").asString();
            shown.add(mount.path("mountPath").asString() + "  "
                    + source(volumes.getOrDefault(name, MissingNode.getInstance()), name)
                    + (mount.path("readOnly").asBoolean() ? ", read-only" : ""));
        }
        return shown;
    }

    private static String source(JsonNode volume, String name) {
        for (String kind : VOLUME_KINDS) {
            if (volume.has(kind)) {
                JsonNode source = volume.path(kind);
                String what = source.path("secretName")
                        .asString(source.path("reference")
                                .asString(source.path("name").asString()));
                return what.isEmpty() ? kind : kind + " " + what;
            }
        }
        return name;
    }

    private static String security(JsonNode context) {
        var shown = new ArrayList<String>();
        context.properties().forEach(each -> {
            JsonNode value = each.getValue();
            if (value.isBoolean()) {
                shown.add(each.getKey() + "=" + value.asBoolean());
            }
        });
        shown.add("drop " + words(context.at("/capabilities/drop")));
        shown.add("seccomp " + context.at("/seccompProfile/type").asString());
        return String.join("  ", shown);
    }

    private static String resources(JsonNode resources) {
        return "cpu " + resources.at("/requests/cpu").asString() + " to "
                + resources.at("/limits/cpu").asString()
                + ", memory " + resources.at("/requests/memory").asString() + " to "
                + resources.at("/limits/memory").asString();
    }

    private static String words(JsonNode array) {
        var words = new ArrayList<String>();
        array.forEach(each -> words.add(each.asString()));
        return String.join(" ", words);
    }
}
