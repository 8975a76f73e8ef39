package dev.slipway.webhook.config;

import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.Suggestion;
import dev.slipway.webhook.injection.InjectionDefaults;
import dev.slipway.webhook.injection.ResourceNumbers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The webhook's complete, valid configuration. Immutable; it holds no secret, only the paths of files. */
public final class WebhookConfig {
    /** Kubernetes makes these for every Service of the namespace, and its name may start with ours. */
    private static final Pattern SERVICE_VARIABLE =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_[A-Z]+)?)");

    private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Map<ConfigKey<?>, Object> values;
    private final Map<String, String> texts;

    private WebhookConfig(Map<ConfigKey<?>, Object> values, Map<String, String> texts) {
        this.values = Map.copyOf(values);
        this.texts = texts;
    }

    /** Every bad value and unknown name becomes a problem; if there are any, do not use the result. */
    public static WebhookConfig fromEnv(Map<String, String> env, Problems problems) {
        checkNames(env, problems);
        var values = new HashMap<ConfigKey<?>, Object>();
        var texts = new TreeMap<String, String>();
        for (ConfigKey<?> key : ConfigKey.all()) {
            Object value = key.read(env, problems);
            if (value != null) {
                values.put(key, value);
                texts.put(key.env(), key.text(env));
            }
        }
        var config = new WebhookConfig(values, texts);
        if (values.size() == ConfigKey.all().size()) {
            config.checkResources(problems);
            config.checkLives(problems);
        }
        return config;
    }

    /** @throws IllegalStateException if the value was one of the problems */
    @SuppressWarnings("unchecked") // fromEnv is the only way in, and it takes what the key itself read
    public <T> T get(ConfigKey<T> key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalStateException(key + " has no valid value");
        }
        return (T) value;
    }

    /** Every key with the text in force, for the log. */
    public Map<String, String> effective() {
        return texts;
    }

    /**
     * What the platform team chose for every pod.
     *
     * @param version of the webhook
     * @param kubernetes the version of the API server; empty if it could not be asked, which counts as old
     */
    public InjectionDefaults injectionDefaults(String version, Optional<KubernetesVersion> kubernetes) {
        boolean imageVolumes = switch (get(ConfigKey.IMAGE_VOLUMES)) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> kubernetes.map(KubernetesVersion::hasImageVolumes).orElse(false);
        };
        return new InjectionDefaults(
                get(ConfigKey.MIGRATOR_IMAGE).replace("${version}", version),
                get(ConfigKey.IMAGE_PULL_POLICY),
                get(ConfigKey.PREFLIGHT),
                resources(),
                settings(),
                imageVolumes,
                get(ConfigKey.SECRET_INJECTORS),
                get(ConfigKey.LATER_CONTAINERS),
                version);
    }

    private ResourceNumbers resources() {
        return new ResourceNumbers(
                get(ConfigKey.REQUESTS_CPU),
                get(ConfigKey.REQUESTS_MEMORY),
                get(ConfigKey.LIMITS_CPU),
                get(ConfigKey.LIMITS_MEMORY));
    }

    private Settings settings() {
        var settings = new Settings.Builder(new Problems());
        set(settings, Setting.WAIT_TIMEOUT, ConfigKey.WAIT_TIMEOUT);
        set(settings, Setting.CONNECT_TIMEOUT, ConfigKey.CONNECT_TIMEOUT);
        set(settings, Setting.LOCK_TIMEOUT, ConfigKey.LOCK_TIMEOUT);
        set(settings, Setting.STATEMENT_TIMEOUT, ConfigKey.STATEMENT_TIMEOUT);
        return settings.build();
    }

    private void set(Settings.Builder settings, Setting<Duration> setting, ConfigKey<Optional<Duration>> key) {
        get(key).ifPresent(duration -> settings.set(setting, KubernetesDuration.format(duration), key.env()));
    }

    private void checkResources(Problems problems) {
        ResourceNumbers numbers = resources();
        if (numbers.requestsCpu().compareTo(numbers.limitsCpu()) > 0) {
            problems.badValue(
                    ConfigKey.REQUESTS_CPU.env(), numbers.requestsCpu().text(), "at most " + ConfigKey.LIMITS_CPU);
        }
        if (numbers.requestsMemory().compareTo(numbers.limitsMemory()) > 0) {
            problems.badValue(
                    ConfigKey.REQUESTS_MEMORY.env(),
                    numbers.requestsMemory().text(),
                    "at most " + ConfigKey.LIMITS_MEMORY);
        }
    }

    /**
     * A leaf never outlives its CA, and a rollover takes the last third of the CA's life: so a rollover needs that
     * much.
     */
    private void checkLives(Problems problems) {
        Duration leaf = get(ConfigKey.CERTIFICATE_VALIDITY);
        if (leaf.multipliedBy(3).compareTo(get(ConfigKey.CA_VALIDITY)) > 0) {
            problems.badValue(
                    ConfigKey.CERTIFICATE_VALIDITY.env(),
                    KubernetesDuration.format(leaf),
                    "at most a third of " + ConfigKey.CA_VALIDITY);
        }
    }

    private static void checkNames(Map<String, String> env, Problems problems) {
        List<String> known = ConfigKey.all().stream().map(ConfigKey::env).toList();
        for (String name : new TreeSet<>(env.keySet())) {
            boolean ours = name.startsWith(ConfigKey.PREFIX) && !known.contains(name);
            if (ours && !isServiceVariable(name, env.getOrDefault(name, ""))) {
                problems.add(name, "is unknown" + suggestion(name, known));
            }
        }
    }

    private static String suggestion(String name, List<String> known) {
        List<String> bare = known.stream()
                .map(each -> each.substring(ConfigKey.PREFIX.length()))
                .toList();
        return Suggestion.closest(name.substring(ConfigKey.PREFIX.length()), bare)
                .map(closest -> "; did you mean " + ConfigKey.PREFIX + closest + "?")
                .orElse("; --help lists the variables");
    }

    private static boolean isServiceVariable(String name, String value) {
        return SERVICE_VARIABLE.matcher(name).matches()
                || (name.endsWith("_PORT") && SERVICE_URL.matcher(value).matches());
    }

    @Override
    public String toString() {
        return texts.toString();
    }
}
