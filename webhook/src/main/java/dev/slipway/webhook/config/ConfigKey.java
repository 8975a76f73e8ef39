package dev.slipway.webhook.config;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.webhook.injection.PreflightMode;
import dev.slipway.webhook.injection.Quantity;
import dev.slipway.webhook.injection.Resource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One variable of the webhook's configuration, declared once for the parser, the suggestions, {@code --help} and the
 * log line with the effective configuration.
 *
 * <p>No name may be one that Kubernetes makes for the Service {@code slipway-webhook}, such as
 * {@code SLIPWAY_WEBHOOK_PORT}.
 *
 * @param <T> the type of the value
 */
public final class ConfigKey<T> {
    /** Every variable of the webhook starts with this. */
    public static final String PREFIX = "SLIPWAY_WEBHOOK_";

    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(10);
    private static final Pattern IMAGE = Pattern.compile("[-a-zA-Z0-9._:/@+\\[\\]]{1,1024}");

    /** The wildcard covers IPv6 as well. */
    public static final ConfigKey<String> LISTEN_ADDRESS =
            text("LISTEN_ADDRESS", "0.0.0.0", "address of both ports", "an address");

    public static final ConfigKey<Integer> LISTEN_PORT =
            number("LISTEN_PORT", "8443", "port of /mutate and /validate (HTTPS); 0 = any free one", 0, 65535);
    public static final ConfigKey<Integer> MANAGEMENT_PORT = number(
            "MANAGEMENT_PORT", "8081", "port of /livez, /readyz and /metrics (plain HTTP); 0 = any free one", 0, 65535);
    public static final ConfigKey<CertificateMode> CERTIFICATE_MODE = choice(
            "CERTIFICATE_MODE",
            CertificateMode.FILES,
            "where the serving certificate comes from: files, or managed = made from a shared CA Secret");
    public static final ConfigKey<Path> CERTIFICATE_FILE =
            path("CERTIFICATE_FILE", "/etc/slipway/tls/tls.crt", "PEM file with the serving certificate and its chain");
    public static final ConfigKey<Path> KEY_FILE =
            path("KEY_FILE", "/etc/slipway/tls/tls.key", "PEM file with the key of the serving certificate");
    /** Empty if any client may ask. */
    public static final ConfigKey<Optional<Path>> CLIENT_CA_FILE = new ConfigKey<>(
            "CLIENT_CA_FILE",
            "",
            "PEM file with the CA of the API server's client certificate; others get 403; empty = any client may ask",
            "a path",
            text -> text.indexOf('\0') < 0
                    ? Optional.of(
                            Optional.of(text).filter(given -> !given.isEmpty()).map(Path::of))
                    : Optional.empty());

    public static final ConfigKey<Set<String>> CLIENT_NAMES = new ConfigKey<>(
            "CLIENT_NAMES",
            "",
            "common names of client certificates, separated by commas; empty = any of that CA",
            "names separated by commas",
            text -> Optional.of(Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toUnmodifiableSet())));
    /** Applies to managed certificates, as the next one does. */
    public static final ConfigKey<Duration> CA_VALIDITY =
            life("CA_VALIDITY", "8760h", "how long a managed CA lives; its successor is made after two thirds of that");

    public static final ConfigKey<Duration> CERTIFICATE_VALIDITY = life(
            "CERTIFICATE_VALIDITY",
            "24h",
            "how long a managed serving certificate lives, at most a third of the CA; renewed after two thirds of that");
    /** {@code ${version}} stands for the webhook's own version. */
    public static final ConfigKey<String> MIGRATOR_IMAGE = new ConfigKey<>(
            "MIGRATOR_IMAGE",
            "ghcr.io/slipway-dev/slipway-migrator:${version}",
            "the migrator image; ${version} stands for the webhook's own version",
            "an image reference",
            text -> IMAGE.matcher(text.replace("${version}", "")).matches() ? Optional.of(text) : Optional.empty());

    public static final ConfigKey<String> IMAGE_PULL_POLICY = new ConfigKey<>(
            "IMAGE_PULL_POLICY",
            "IfNotPresent",
            "pull policy of the migrator image",
            "one of Always, IfNotPresent, Never",
            text -> Optional.of(text).filter(List.of("Always", "IfNotPresent", "Never")::contains));

    /** Not off: what refuses a migration in time is no platform's to take away from all pods. */
    public static final ConfigKey<PreflightMode> PREFLIGHT = new ConfigKey<>(
            "PREFLIGHT",
            "inline",
            "default of slipway.dev/preflight: inline, or container = an init container of its own, about 1 s for each pod",
            "one of inline, container",
            text -> PreflightMode.parse(text).filter(mode -> mode != PreflightMode.OFF));

    /**
     * A pod reserves the larger of its init containers' and its containers' requests as long as it lives, so this is as
     * little as a JVM needs that starts, looks at one table and ends: its peak is 68 MiB with nothing to do, and 85 MiB for
     * 1,000 scripts. The limits let it start fast if the node has time, and hold a script of 20 MB.
     */
    public static final ConfigKey<Quantity> REQUESTS_CPU =
            quantity("REQUESTS_CPU", Resource.CPU, "10m", "CPU request of the injected containers");

    public static final ConfigKey<Quantity> REQUESTS_MEMORY =
            quantity("REQUESTS_MEMORY", Resource.MEMORY, "96Mi", "memory request of the injected containers");
    public static final ConfigKey<Quantity> LIMITS_CPU =
            quantity("LIMITS_CPU", Resource.CPU, "1", "CPU limit of the injected containers");
    public static final ConfigKey<Quantity> LIMITS_MEMORY =
            quantity("LIMITS_MEMORY", Resource.MEMORY, "256Mi", "memory limit of the injected containers");

    public static final ConfigKey<Optional<Duration>> WAIT_TIMEOUT = timeout(Setting.WAIT_TIMEOUT);
    public static final ConfigKey<Optional<Duration>> CONNECT_TIMEOUT = timeout(Setting.CONNECT_TIMEOUT);
    public static final ConfigKey<Optional<Duration>> LOCK_TIMEOUT = timeout(Setting.LOCK_TIMEOUT);
    public static final ConfigKey<Optional<Duration>> STATEMENT_TIMEOUT = timeout(Setting.STATEMENT_TIMEOUT);

    public static final ConfigKey<ImageVolumes> IMAGE_VOLUMES = choice(
            "IMAGE_VOLUMES",
            ImageVolumes.AUTO,
            "whether the cluster mounts images as volumes; auto = by the API server's version (1.35 and newer)");
    public static final ConfigKey<Set<String>> SECRET_INJECTORS = names(
            "SECRET_INJECTORS",
            "vault-agent-init,copy-vault-env,copy-azurekeyvault-env,copy-secrets-init,secrets-init-container",
            "init containers of other webhooks that fetch secrets; ours run after them");
    public static final ConfigKey<Set<String>> LATER_CONTAINERS = names(
            "LATER_CONTAINERS",
            "istio-init,istio-validation,istio-proxy,linkerd-init,linkerd-network-validator,linkerd-proxy,vault-agent",
            "further init containers of other webhooks, which slipway.dev/position may name before they are there");
    public static final ConfigKey<Quantity> MAX_BODY = new ConfigKey<>(
            "MAX_BODY",
            "7Mi",
            "largest request body; more is answered with 413",
            "a quantity from 64Ki to 256Mi",
            text -> Quantity.parse(text).filter(ConfigKey::fitsMemory));
    public static final ConfigKey<Integer> MAX_CONCURRENCY = number(
            "MAX_CONCURRENCY",
            "256",
            "reviews of more than 64 KiB that wait for their turn; more are answered with 503",
            1,
            100_000);
    public static final ConfigKey<Duration> DRAIN = new ConfigKey<>(
            "DRAIN",
            "10s",
            "how long to go on serving after SIGTERM, until no client is sent here any more",
            KubernetesDuration.EXPECTED,
            KubernetesDuration::parse);

    public static final ConfigKey<Watching> WATCH = choice(
            "WATCH",
            Watching.OFF,
            "whether one replica follows injected pods, for metrics and Events; needs rights for it");

    private static final List<ConfigKey<?>> ALL = List.of(
            LISTEN_ADDRESS,
            LISTEN_PORT,
            MANAGEMENT_PORT,
            CERTIFICATE_MODE,
            CERTIFICATE_FILE,
            KEY_FILE,
            CLIENT_CA_FILE,
            CLIENT_NAMES,
            CA_VALIDITY,
            CERTIFICATE_VALIDITY,
            MIGRATOR_IMAGE,
            IMAGE_PULL_POLICY,
            PREFLIGHT,
            REQUESTS_CPU,
            REQUESTS_MEMORY,
            LIMITS_CPU,
            LIMITS_MEMORY,
            WAIT_TIMEOUT,
            CONNECT_TIMEOUT,
            LOCK_TIMEOUT,
            STATEMENT_TIMEOUT,
            IMAGE_VOLUMES,
            SECRET_INJECTORS,
            LATER_CONTAINERS,
            MAX_BODY,
            MAX_CONCURRENCY,
            DRAIN,
            WATCH);

    private final String name;
    private final String defaultText;
    private final String help;
    private final String expected;
    private final Function<String, Optional<T>> reader;

    private ConfigKey(
            String name, String defaultText, String help, String expected, Function<String, Optional<T>> reader) {
        this.name = name;
        this.defaultText = defaultText;
        this.help = help;
        this.expected = expected;
        this.reader = reader;
    }

    /** Every key, in the order of the help text. */
    public static List<ConfigKey<?>> all() {
        return ALL;
    }

    /** The environment variable. */
    public String env() {
        return PREFIX + name;
    }

    public String defaultText() {
        return defaultText;
    }

    public String help() {
        return help;
    }

    /** The text in the environment, or the default; an empty variable counts as not given. */
    String text(Map<String, String> env) {
        String text = env.get(env());
        return text == null || text.isBlank() ? defaultText : text.strip();
    }

    /** The value; null if the text does not fit, which is then one of the problems. */
    @Nullable
    T read(Map<String, String> env, Problems problems) {
        Optional<T> value = reader.apply(text(env));
        if (value.isEmpty()) {
            problems.badValue(env(), text(env), FieldKind.NAME, expected);
        }
        return value.orElse(null);
    }

    @Override
    public String toString() {
        return env();
    }

    private static ConfigKey<String> text(String name, String defaultText, String help, String expected) {
        return new ConfigKey<>(name, defaultText, help, expected, Optional::of);
    }

    private static ConfigKey<Integer> number(String name, String defaultText, String help, int least, int most) {
        return new ConfigKey<>(
                name, defaultText, help, "a number from " + least + " to " + most, text -> number(text, least, most));
    }

    private static Optional<Integer> number(String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(text)).filter(number -> number >= least && number <= most);
    }

    private static ConfigKey<Path> path(String name, String defaultText, String help) {
        return new ConfigKey<>(
                name,
                defaultText,
                help,
                "a path",
                text -> text.indexOf('\0') < 0 ? Optional.of(Path.of(text)) : Optional.empty());
    }

    private static ConfigKey<Quantity> quantity(String name, Resource resource, String defaultText, String help) {
        return new ConfigKey<>(name, defaultText, help, resource.expected().replace("`", ""), resource::parse);
    }

    private static boolean fitsMemory(Quantity size) {
        return size.amount().compareTo(BigDecimal.valueOf(64L << 10)) >= 0
                && size.amount().compareTo(BigDecimal.valueOf(256L << 20)) <= 0;
    }

    private static ConfigKey<Optional<Duration>> timeout(Setting<Duration> setting) {
        return new ConfigKey<>(
                setting.env().substring(Setting.ENV_PREFIX.length()),
                "",
                "default of slipway.dev/" + setting.name() + "; empty = " + setting.defaultText(),
                setting.expected(),
                ConfigKey::durationOrNone);
    }

    private static Optional<Optional<Duration>> durationOrNone(String text) {
        Optional<Duration> duration = KubernetesDuration.parse(text);
        return text.isEmpty() || duration.isPresent() ? Optional.of(duration) : Optional.empty();
    }

    private static ConfigKey<Duration> life(String name, String defaultText, String help) {
        return new ConfigKey<>(
                name,
                defaultText,
                help,
                KubernetesDuration.EXPECTED + ", 10s or more",
                text -> KubernetesDuration.parse(text).filter(life -> life.compareTo(SHORTEST_LIFE) >= 0));
    }

    private static ConfigKey<Set<String>> names(String name, String defaultText, String help) {
        return new ConfigKey<>(name, defaultText, help, "names separated by commas", ConfigKey::names);
    }

    private static Optional<Set<String>> names(String text) {
        Set<String> names =
                Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        boolean allGood = names.stream().allMatch(each -> each.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"));
        return allGood ? Optional.of(names) : Optional.empty();
    }

    private static <E extends Enum<E>> ConfigKey<E> choice(String name, E defaultValue, String help) {
        List<E> constants = Arrays.asList(defaultValue.getDeclaringClass().getEnumConstants());
        List<String> words = constants.stream().map(ConfigKey::word).toList();
        return new ConfigKey<>(
                name,
                word(defaultValue),
                help,
                "one of " + String.join(", ", words),
                text -> constants.stream()
                        .filter(each -> word(each).equals(text))
                        .findFirst());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
