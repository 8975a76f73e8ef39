package dev.slipway.webhook.injection;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One annotation, declared once for all that use it: the parser, the suggestions, {@code explain} and the documentation
 * table all read this declaration. Immutable; the constants of {@link Annotations} are the only instances.
 *
 * @param <T> the type of the value
 */
public final class Annotation<T> {
    /** No good value is as long; reading some kinds of value costs more than their length. */
    private static final int LONGEST_VALUE = 2_048;

    private final String name;
    private final String values;
    private final String defaultText;
    private final String meaning;
    private final @Nullable Setting<T> setting;
    private final Function<String, Optional<T>> reader;
    private final FieldKind kind;
    private final Function<String, Optional<String>> complaints;

    private Annotation(
            String name,
            String values,
            String defaultText,
            String meaning,
            @Nullable Setting<T> setting,
            Function<String, Optional<T>> reader,
            FieldKind kind,
            Function<String, Optional<String>> complaints) {
        this.name = name;
        this.values = values;
        this.defaultText = defaultText;
        this.meaning = meaning;
        this.setting = setting;
        this.reader = reader;
        this.kind = kind;
        this.complaints = complaints;
    }

    /**
     * @param values what a good value looks like, as in "expected …"
     * @param defaultText what holds when the annotation is absent, as a person reads it
     */
    static <T> Annotation<T> of(
            String name, String values, String defaultText, String meaning, Function<String, Optional<T>> reader) {
        return new Annotation<>(
                name, values, defaultText, meaning, null, reader, FieldKind.NAME, text -> Optional.empty());
    }

    /** An annotation that the migrator reads as a setting: values and default come from the contract. */
    static <T> Annotation<T> of(Setting<T> setting, String meaning) {
        String defaultText = setting.defaultText().isEmpty() ? "none" : "`" + setting.defaultText() + "`";
        return new Annotation<>(
                setting.name(),
                setting.expected(),
                defaultText,
                meaning,
                setting,
                text -> Optional.empty(),
                setting.kind(),
                text -> Optional.empty());
    }

    /** How much of a bad value may be shown; as of a name if nothing else is said. */
    Annotation<T> as(FieldKind fieldKind) {
        return new Annotation<>(name, values, defaultText, meaning, setting, reader, fieldKind, complaints);
    }

    /** @param what what a value of the right form is instead of a good one, to go after "which is" */
    Annotation<T> refusing(Function<String, Optional<String>> what) {
        return new Annotation<>(name, values, defaultText, meaning, setting, reader, kind, what);
    }

    /** Without the prefix, as in {@code wait-timeout}. */
    public String name() {
        return name;
    }

    /** With the prefix, as in {@code slipway.dev/wait-timeout}. */
    public String key() {
        return Annotations.PREFIX + name;
    }

    /** What a good value looks like. */
    public String values() {
        return values;
    }

    /** What holds when the annotation is absent. */
    public String defaultText() {
        return defaultText;
    }

    public String meaning() {
        return meaning;
    }

    /** The setting of the migrator that this annotation becomes; empty if only the webhook reads it. */
    public Optional<Setting<T>> setting() {
        return Optional.ofNullable(setting);
    }

    /** The value of this text; null if it does not fit, which is then one of the problems. */
    @Nullable
    T parse(String text, Problems problems) {
        boolean tooLong = text.length() > LONGEST_VALUE;
        Optional<String> complaint = tooLong ? Optional.empty() : complaints.apply(text);
        T value = tooLong || complaint.isPresent() ? null : valueOf(text);
        if (value == null) {
            String which = complaint.map(what -> ", which is " + what).orElse("");
            problems.add(key(), "is " + kind.show(text) + which + "; expected " + values.replace("`", ""));
        }
        return value;
    }

    private @Nullable T valueOf(String text) {
        return setting == null ? reader.apply(text).orElse(null) : setting.parse(text, key(), new Problems());
    }

    /** A value of this annotation, or of what it becomes, as far as it may be shown. */
    String show(String text) {
        return kind.show(text);
    }

    @Override
    public String toString() {
        return key();
    }
}
