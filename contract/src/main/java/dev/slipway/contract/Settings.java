package dev.slipway.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A complete, valid set of the migrator's settings: the values that were given, and the defaults of the rest.
 * Immutable. It holds no secret: credentials are named by the folder they lie in.
 */
public final class Settings {
    /** Every setting at its default. */
    public static final Settings DEFAULTS = new Settings(Map.of());

    /**
     * Names, separated by commas, the settings that the environment gives; every other {@code SLIPWAY_} variable is
     * ignored then. The webhook sets it beside variables of an application. It cannot see what an {@code envFrom}
     * brings, but a variable in {@code env} wins over one from there.
     */
    public static final String NAMES_VARIABLE = Setting.ENV_PREFIX + "SETTINGS";

    private final Map<Setting<?>, Object> given;

    private Settings(Map<Setting<?>, Object> given) {
        this.given = Map.copyOf(given);
    }

    /** The given value, or the default. */
    @SuppressWarnings("unchecked") // Builder.set is the only way in, and it takes a Setting<T> with its T
    public <T> T get(Setting<T> setting) {
        Object value = given.get(setting);
        return value == null ? setting.defaultValue() : (T) value;
    }

    /** The same settings, with this value given. */
    public <T> Settings with(Setting<T> setting, T value) {
        var all = new LinkedHashMap<Setting<?>, Object>(given);
        all.put(setting, value);
        return new Settings(all);
    }

    /** Whether this value was given, even if it equals the default. */
    public boolean isGiven(Setting<?> setting) {
        return given.containsKey(setting);
    }

    /** The variables that make {@link #fromEnv} return an equal object: one for each given setting, sorted by name. */
    public Map<String, String> toEnv() {
        var env = new TreeMap<String, String>();
        given.keySet().forEach(setting -> env.put(setting.env(), text(setting)));
        return env;
    }

    /**
     * Reads the {@code SLIPWAY_…} variables and ignores all others. An empty variable counts as not given, as an unset
     * placeholder in a compose file leaves it.
     */
    public static Settings fromEnv(Map<String, String> env, Problems problems) {
        var builder = new Builder(problems);
        for (Setting<?> setting : Setting.all()) {
            String text = env.get(setting.env());
            if (text != null && !text.isEmpty()) {
                builder.set(setting, text, setting.env());
            }
        }
        return builder.build();
    }

    /**
     * The environment as it counts: without what {@link #NAMES_VARIABLE} leaves out, and without that variable itself.
     */
    public static Map<String, String> counted(Map<String, String> env) {
        String names = env.get(NAMES_VARIABLE);
        if (names == null) {
            return env;
        }
        List<String> counted = List.of(names.strip().split("\\s*,\\s*"));
        var rest = new LinkedHashMap<>(env);
        rest.remove(NAMES_VARIABLE);
        if (!names.isBlank()) {
            rest.keySet().removeIf(name -> name.startsWith(Setting.ENV_PREFIX) && !counted.contains(settingOf(name)));
        }
        return rest;
    }

    /** The name of the setting that a variable with our prefix gives, as in {@code wait-timeout}. */
    public static String settingOf(String variable) {
        return variable.substring(Setting.ENV_PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    /**
     * The variables with our prefix that no setting reads, each with the nearest name that exists. They are worth a
     * warning, not a refusal: a newer webhook may know more settings than an older migrator, and Kubernetes itself adds
     * variables such as {@code SLIPWAY_WEBHOOK_SERVICE_HOST} for Services.
     */
    public static Map<String, Optional<String>> unknownEnv(Map<String, String> env) {
        List<String> known = Setting.all().stream().map(Setting::env).toList();
        var unknown = new TreeMap<String, Optional<String>>();
        for (String name : env.keySet()) {
            if (name.startsWith(Setting.ENV_PREFIX) && !known.contains(name) && !isServiceVariable(name)) {
                unknown.put(name, Suggestion.closest(name, known));
            }
        }
        return unknown;
    }

    private static boolean isServiceVariable(String name) {
        return name.contains("_SERVICE_") || name.contains("_PORT");
    }

    private <T> String text(Setting<T> setting) {
        return setting.format(get(setting));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Settings settings && given.equals(settings.given);
    }

    @Override
    public int hashCode() {
        return given.hashCode();
    }

    @Override
    public String toString() {
        return toEnv().toString();
    }

    /** Collects texts from several sources; a later text for the same setting wins. Not thread-safe. */
    public static final class Builder {
        private final Problems problems;
        private final Map<Setting<?>, Object> given = new LinkedHashMap<>();

        /** @param problems where bad values are reported */
        public Builder(Problems problems) {
            this.problems = problems;
        }

        /** @param where the name under which a bad value is reported: the flag, variable or annotation */
        public <T> Builder set(Setting<T> setting, String text, String where) {
            T value = setting.parse(text, where, problems);
            if (value != null) {
                given.put(setting, value);
            }
            return this;
        }

        /** Takes over what the other settings were given. */
        public Builder setAll(Settings others) {
            given.putAll(others.given);
            return this;
        }

        /** The settings so far. If problems were reported, the bad values are missing from it. */
        public Settings build() {
            return new Settings(given);
        }
    }
}
