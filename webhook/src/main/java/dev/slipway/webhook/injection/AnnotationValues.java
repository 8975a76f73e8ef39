package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The annotations of one pod under our prefix, read and typed. */
final class AnnotationValues {
    private static final Map<String, Annotation<?>> BY_KEY = byKey();
    /** A refusal shows no more problems than this, so the others need no suggestion. */
    private static final int MOST_SUGGESTIONS = 20;

    private final Map<Annotation<?>, Object> values;
    private final Map<Annotation<?>, String> texts;

    private AnnotationValues(Map<Annotation<?>, Object> values, Map<Annotation<?>, String> texts) {
        this.values = values;
        this.texts = texts;
    }

    /** Every unknown name and bad value becomes a problem; bad values are missing from the result. */
    static AnnotationValues read(PodTree pod, Problems problems) {
        var values = new HashMap<Annotation<?>, Object>();
        var texts = new HashMap<Annotation<?>, String>();
        pod.annotations().properties().forEach(entry -> {
            if (entry.getKey().startsWith(Annotations.PREFIX) && !entry.getKey().equals(Annotations.INJECTED)) {
                readOne(entry.getKey(), entry.getValue(), values, texts, problems);
            }
        });
        return new AnnotationValues(values, texts);
    }

    private static void readOne(
            String key,
            JsonNode value,
            Map<Annotation<?>, Object> values,
            Map<Annotation<?>, String> texts,
            Problems problems) {
        Annotation<?> annotation = BY_KEY.get(key);
        if (annotation == null) {
            problems.add(
                    key, problems.size() < MOST_SUGGESTIONS ? "is unknown" + OurKeys.suggestion(key) : "is unknown");
        } else if (!value.isString()) {
            problems.add(key, "is not a string; expected " + annotation.values());
        } else {
            texts.put(annotation, value.stringValue());
            Object parsed = annotation.parse(value.stringValue(), problems);
            if (parsed != null) {
                values.put(annotation, parsed);
            }
        }
    }

    /** The value; empty if the annotation is absent or bad. */
    @SuppressWarnings("unchecked") // readOne is the only way in, and it takes what the annotation itself parsed
    <T> Optional<T> get(Annotation<T> annotation) {
        return Optional.ofNullable((T) values.get(annotation));
    }

    /** As it is written, well or badly. */
    Optional<String> text(Annotation<?> annotation) {
        return Optional.ofNullable(texts.get(annotation));
    }

    /** Whether the annotation is present, valid or not. */
    boolean isGiven(Annotation<?> annotation) {
        return texts.containsKey(annotation);
    }

    /** Adds the annotations that are settings of the migrator. */
    void addTo(Settings.Builder settings) {
        for (Annotation<?> annotation : Annotations.all()) {
            Optional<? extends Setting<?>> setting = annotation.setting();
            String text = texts.get(annotation);
            if (setting.isPresent() && text != null && values.containsKey(annotation)) {
                settings.set(setting.get(), text, annotation.key());
            }
        }
    }

    private static Map<String, Annotation<?>> byKey() {
        var byKey = new HashMap<String, Annotation<?>>();
        Annotations.all().forEach(annotation -> byKey.put(annotation.key(), annotation));
        return Map.copyOf(byKey);
    }
}
