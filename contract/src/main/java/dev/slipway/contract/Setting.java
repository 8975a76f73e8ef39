package dev.slipway.contract;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting of the migrator, declared once for all users of it: its flag, its environment variable, the annotation of
 * the same name, its default, its help line and the way its text is read.
 *
 * <p>Immutable; the declared constants are the only instances.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {
    /** The folder inside a container where the webhook mounts, and an image carries, the migrations. */
    public static final String DEFAULT_MIGRATIONS = "/migrations";

    /** The folder where the webhook mounts the database Secret, one file for each key. */
    public static final String DEFAULT_DATABASE_DIR = "/var/run/slipway/database";

    /** Every environment variable of the migrator starts with this. */
    public static final String ENV_PREFIX = "SLIPWAY_";

    private static final Pattern WORDS = Pattern.compile("[-a-z]+([|][-a-z]+)+");
    private static final Pattern VERSION = Pattern.compile("[0-9]+([._][0-9]+)*");
    private static final Pattern SUFFIX = Pattern.compile("\\.[-._a-zA-Z0-9]{1,20}");
    private static final Pattern NO_SQL = Pattern.compile("(?i).*\\.(cmd|bat|ps1|py|sh|bash|conf)");
    private static final Pattern PART_OF_NAME = Pattern.compile("[^/\\\\,\\p{Cntrl}]{1,10}");
    /** A variable cannot be both empty and given. */
    private static final String NO_PREFIX = "none";

    /** An address, or text of several lines. */
    private static final Pattern NO_PATH = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://|\\p{Cntrl}");

    /** PostgreSQL would take them; a schema or table with one is a URL or a path in the wrong field. */
    private static final Pattern NO_NAME = Pattern.compile("[\\p{Cntrl}:/@]");

    private static final Pattern SECRET_KEY = Pattern.compile("[-._a-zA-Z0-9]{1,63}");
    /** NAMEDATALEN - 1: PostgreSQL cuts longer names off silently. */
    private static final int IDENTIFIER_BYTES = 63;

    private static final String IDENTIFIER =
            "a PostgreSQL identifier of 1 to " + IDENTIFIER_BYTES + " bytes, without ':', '/' and '@'";
    private static final String UNQUOTED = "the name without quotes around it; upper and lower case count";

    public static final Setting<List<Path>> MIGRATIONS = new Setting<>(
            "migrations",
            "DIR",
            DEFAULT_MIGRATIONS,
            "folder with the migrations; repeat the flag, or separate by commas, for several",
            "a path, or several separated by commas",
            Setting::paths,
            paths -> String.join(",", paths.stream().map(Path::toString).toList()));

    public static final Setting<MigrationsFormat> MIGRATIONS_FORMAT =
            choice("migrations-format", MigrationsFormat.AUTO, "how the folder is laid out");

    /** Flyway's {@code sqlMigrationPrefix}. */
    public static final Setting<String> MIGRATION_PREFIX = prefix(
            "migration-prefix", "V", "what the names of versioned migrations begin with; none = with the version");

    /** Flyway's {@code repeatableSqlMigrationPrefix}. */
    public static final Setting<String> REPEATABLE_PREFIX =
            prefix("repeatable-prefix", "R", "what the names of repeatable migrations begin with");

    /** Flyway's {@code undoSqlMigrationPrefix}. */
    public static final Setting<String> UNDO_PREFIX =
            prefix("undo-prefix", "U", "what the names of undo scripts begin with");

    /** Flyway's {@code sqlMigrationSeparator}. */
    public static final Setting<String> MIGRATION_SEPARATOR = new Setting<>(
            "migration-separator",
            "TEXT",
            "__",
            "what separates version and description in the name of a migration",
            "1 to 10 characters, none of them a slash or a comma",
            text -> isPartOfName(text) ? Optional.of(text) : Optional.empty(),
            Function.identity());

    /** Flyway's {@code sqlMigrationSuffixes}. Never one that Flyway takes for a program. */
    public static final Setting<List<String>> MIGRATION_SUFFIXES = new Setting<>(
            "migration-suffixes",
            "SUFFIX",
            ".sql",
            "what the names of migrations end with, as written; repeat the flag, or separate by commas, for several",
            "a suffix such as .sql, or several separated by commas; not one of programs, such as .sh",
            Setting::suffixes,
            suffixes -> String.join(",", suffixes));

    /** One of several that is not there, or has no migration in it. Flyway goes on without it. */
    public static final Setting<MissingLocations> MISSING_LOCATIONS = choice(
            "missing-locations",
            MissingLocations.REFUSE,
            "what to do when one of several folders is missing or has no migration in it");

    /**
     * Where the database Secret is mounted, one file for each key. Files are read again on each connect, so that
     * rotated passwords and short-lived tokens are seen.
     */
    public static final Setting<Path> DATABASE_DIR = path(
            "database-dir",
            DEFAULT_DATABASE_DIR,
            "folder with a mounted Secret: DATABASE_URL, or PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD …");

    /** Which key of the Secret holds the URL. */
    public static final Setting<String> DATABASE_URL_KEY = new Setting<>(
            "database-url-key",
            "KEY",
            "DATABASE_URL",
            "the variable, or the file in database-dir, that holds the database URL",
            "a key of a Secret: letters, digits, '-', '_' and '.'",
            text -> SECRET_KEY.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
            Function.identity());

    /** Not given, it is held against the schema in which the session creates: see the migrator's {@code Place}. */
    public static final Setting<String> SCHEMA =
            identifier("schema", "public", "schema that holds the tables and the history", Setting::expectedSchema);

    /** Flyway's {@code createSchemas}, which is true by default there. */
    public static final Setting<Boolean> CREATE_SCHEMA =
            truth("create-schema", "false", "whether a schema that does not exist is created instead of refused");

    /** Flyway's default name, so that Flyway finds the table. */
    public static final Setting<String> HISTORY_TABLE = identifier(
            "history-table",
            "flyway_schema_history",
            "the history table, in Flyway's format",
            Setting::expectedHistoryTable);

    /**
     * Drizzle's {@code migrationsSchema} and {@code migrationsTable}; read and kept in step for a Drizzle folder only.
     */
    public static final Setting<String> DRIZZLE_TABLE = new Setting<>(
            "drizzle-table",
            "SCHEMA.TABLE",
            "drizzle.__drizzle_migrations",
            "the history table of Drizzle, for a Drizzle folder",
            "a schema and a table, as in drizzle.__drizzle_migrations",
            text -> isQualified(text) ? Optional.of(text) : Optional.empty(),
            Function.identity());

    /** Extended while the other replica makes progress. */
    public static final Setting<Duration> WAIT_TIMEOUT =
            duration("wait-timeout", "10m", "how long to wait for another replica that migrates without progress");

    public static final Setting<Duration> CONNECT_TIMEOUT =
            duration("connect-timeout", "60s", "how long to try to reach the database");

    /** PostgreSQL's {@code lock_timeout}, for each statement. */
    public static final Setting<Duration> LOCK_TIMEOUT = duration(
            "lock-timeout", "5s", "PostgreSQL lock_timeout for each DDL statement, retried with backoff; 0 = none");

    /** PostgreSQL's {@code statement_timeout}. */
    public static final Setting<Duration> STATEMENT_TIMEOUT =
            duration("statement-timeout", "0", "PostgreSQL statement_timeout for each statement; 0 = none");

    public static final Setting<SchemaAhead> SCHEMA_AHEAD =
            choice("schema-ahead", SchemaAhead.ALLOW, "what to do when the database is newer than this image");

    public static final Setting<OutOfOrder> OUT_OF_ORDER =
            choice("out-of-order", OutOfOrder.REFUSE, "what to do with a version below the newest applied one");

    /** Never made if nothing is pending. */
    public static final Setting<RestorePoint> RESTORE_POINT = choice(
            "restore-point",
            RestorePoint.AUTO,
            "whether a named restore point is made before the first pending script");

    /** Empty: a non-empty schema without a history is refused. */
    public static final Setting<Optional<String>> BASELINE_VERSION = optional(
            "baseline-version",
            "VERSION",
            "adopt an existing, non-empty schema as this version",
            "a version such as 1, 1.2 or 20260101120000",
            text -> VERSION.matcher(text).matches());

    public static final Setting<Phase> PHASE =
            choice("phase", Phase.ALL, "which half of an expand-and-contract change may run");

    /**
     * The application's, not Slipway's. A contract migration may record the oldest that still works with the schema; an
     * older one is refused.
     */
    public static final Setting<Optional<String>> APP_VERSION = optional(
            "app-version",
            "VERSION",
            "version of the application, compared with the oldest one that the schema still works with",
            AppVersion.EXPECTED,
            text -> AppVersion.parse(text).isPresent());

    /** Flyway's placeholders: {@code ${name}} in a script becomes the value. */
    public static final Setting<Map<String, String>> PLACEHOLDERS = new Setting<>(
            "placeholders",
            "NAME=VALUE",
            "",
            "values for ${name} in scripts; repeat the flag, or separate by commas, for several",
            "NAME=VALUE, or several separated by commas",
            Setting::pairs,
            Setting::formatPairs);

    /** Off for scripts that have <code>${</code> in them without meaning a placeholder. */
    public static final Setting<Boolean> PLACEHOLDER_REPLACEMENT =
            truth("placeholder-replacement", "true", "whether ${name} in scripts is replaced");

    /** The checks that count more or less than by default; a check that counts as by default is not in here. */
    public static final Setting<Map<PreflightCheck, CheckWeight>> PREFLIGHT_CHECKS = new Setting<>(
            "preflight-checks",
            "CHECK=warn|fail",
            "",
            "how a pre-flight check counts, as in hazards=fail; repeat the flag, or separate by commas",
            "CHECK=warn or CHECK=fail, or several separated by commas; the checks are "
                    + String.join(
                            ", ",
                            Arrays.stream(PreflightCheck.values())
                                    .map(PreflightCheck::word)
                                    .toList()),
            Setting::weights,
            Setting::formatWeights);

    /** Base address of a Prometheus push gateway. */
    public static final Setting<Optional<String>> PUSH_GATEWAY =
            address("push-gateway", "push the metrics of the run to this Prometheus push gateway");

    /** Address of an OTLP receiver for metrics over HTTP, with its path. */
    public static final Setting<Optional<String>> OTLP_ENDPOINT = address(
            "otlp-endpoint", "push the metrics of the run to this OTLP receiver, as in http://host:4318/v1/metrics");

    /** From the downward API; empty outside Kubernetes, where the host name stands in. */
    public static final Setting<Optional<String>> POD_NAMESPACE = optional(
            "pod-namespace", "NAME", "namespace of the pod, for messages and application_name", "a name", text -> true);

    /** From the downward API; empty outside Kubernetes, where the host name stands in. */
    public static final Setting<Optional<String>> POD_NAME =
            optional("pod-name", "NAME", "name of the pod, for messages and application_name", "a name", text -> true);

    /** Not given: {@code slipway.toml} in the current folder. In a pod there is no such file. */
    public static final Setting<Optional<String>> CONFIG = optional(
            "config",
            "PATH",
            "file with settings, instead of slipway.toml in the current folder",
            "a path",
            text -> onePath(text).isPresent());

    public static final Setting<LogFormat> LOG_FORMAT =
            choice("log-format", LogFormat.AUTO, "log lines as text or JSON; auto = text on a terminal");

    public static final Setting<Colour> COLOR =
            choice("color", Colour.AUTO, "colours; auto = on a terminal, unless NO_COLOR is set or TERM is dumb");

    /** Written only if the file exists already (the kubelet makes it) or the setting is given. */
    public static final Setting<Path> TERMINATION_LOG =
            path("termination-log", "/dev/termination-log", "file for the termination message, at most 4096 bytes");

    private static final List<Setting<?>> ALL = List.of(
            MIGRATIONS,
            MIGRATIONS_FORMAT,
            MIGRATION_PREFIX,
            REPEATABLE_PREFIX,
            UNDO_PREFIX,
            MIGRATION_SEPARATOR,
            MIGRATION_SUFFIXES,
            MISSING_LOCATIONS,
            DATABASE_DIR,
            DATABASE_URL_KEY,
            SCHEMA,
            CREATE_SCHEMA,
            HISTORY_TABLE,
            DRIZZLE_TABLE,
            WAIT_TIMEOUT,
            CONNECT_TIMEOUT,
            LOCK_TIMEOUT,
            STATEMENT_TIMEOUT,
            SCHEMA_AHEAD,
            OUT_OF_ORDER,
            RESTORE_POINT,
            BASELINE_VERSION,
            PHASE,
            APP_VERSION,
            PLACEHOLDERS,
            PLACEHOLDER_REPLACEMENT,
            PREFLIGHT_CHECKS,
            PUSH_GATEWAY,
            OTLP_ENDPOINT,
            POD_NAMESPACE,
            POD_NAME,
            CONFIG,
            LOG_FORMAT,
            COLOR,
            TERMINATION_LOG);

    private final String name;
    private final String valueName;
    private final String defaultText;
    private final String help;
    private final String expected;
    private final Function<String, Optional<T>> reader;
    private final Function<T, String> writer;
    /** What was expected instead of this bad text. */
    private final UnaryOperator<String> expectedInstead;

    private Setting(
            String name,
            String valueName,
            String defaultText,
            String help,
            String expected,
            Function<String, Optional<T>> reader,
            Function<T, String> writer) {
        this(name, valueName, defaultText, help, expected, reader, writer, text -> expected);
    }

    private Setting(
            String name,
            String valueName,
            String defaultText,
            String help,
            String expected,
            Function<String, Optional<T>> reader,
            Function<T, String> writer,
            UnaryOperator<String> expectedInstead) {
        this.name = name;
        this.valueName = valueName;
        this.defaultText = defaultText;
        this.help = help;
        this.expected = expected;
        this.reader = reader;
        this.writer = writer;
        this.expectedInstead = expectedInstead;
    }

    /** Every setting, in the order of the help text. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /** In kebab case; the same word as flag and annotation. */
    public String name() {
        return name;
    }

    public String flag() {
        return "--" + name;
    }

    /** The environment variable, {@code SLIPWAY_WAIT_TIMEOUT} for {@code wait-timeout}. */
    public String env() {
        return ENV_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** For usage lines, as in {@code --migrations DIR}. */
    public String valueName() {
        return valueName;
    }

    /** The default as a person would type it; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    public String help() {
        return help;
    }

    /** For messages, as in "expected a duration such as 30s". */
    public String expected() {
        return expected;
    }

    /** Whether it is true or false, so that its bare flag says true. */
    public boolean isSwitch() {
        return valueName.equals("true|false");
    }

    /** What kind of text its value is; it follows from the name of the value in the help. */
    public FieldKind kind() {
        return switch (valueName) {
            case "DURATION", "VERSION" -> FieldKind.AMOUNT;
            case "DIR", "PATH" -> FieldKind.PATH;
            case "CHECK=warn|fail" -> FieldKind.CHOICES;
            default -> WORDS.matcher(valueName).matches() ? FieldKind.WORD : FieldKind.NAME;
        };
    }

    public T defaultValue() {
        return reader.apply(defaultText).orElseThrow();
    }

    /**
     * The value of this text. A text that does not fit is added to the problems under the name {@code where}, and null
     * is returned: the caller goes on to collect the other problems and must not use the result.
     */
    public @Nullable T parse(String text, String where, Problems problems) {
        Optional<T> value = reader.apply(text.strip());
        if (value.isEmpty()) {
            problems.badValue(where, text, kind(), expectedInstead.apply(text.strip()));
        }
        return value.orElse(null);
    }

    /** The text that {@link #parse} reads back. */
    public String format(T value) {
        return writer.apply(value);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Setting<Duration> duration(String name, String defaultText, String help) {
        return new Setting<>(
                name,
                "DURATION",
                defaultText,
                help,
                KubernetesDuration.EXPECTED,
                KubernetesDuration::parse,
                KubernetesDuration::format);
    }

    private static Setting<Path> path(String name, String defaultText, String help) {
        return new Setting<>(name, "PATH", defaultText, help, "a path", Setting::onePath, Path::toString);
    }

    private static Setting<String> prefix(String name, String defaultText, String help) {
        return new Setting<>(
                name,
                "TEXT",
                defaultText,
                help,
                "1 to 10 characters, none of them a slash or a comma, and no dot in front; or none for no prefix",
                text -> isPartOfName(text) && !text.startsWith(".")
                        ? Optional.of(text.equals(NO_PREFIX) ? "" : text)
                        : Optional.empty(),
                value -> value.isEmpty() ? NO_PREFIX : value);
    }

    private static boolean isPartOfName(String text) {
        return PART_OF_NAME.matcher(text).matches();
    }

    private static Optional<List<String>> suffixes(String text) {
        List<String> suffixes =
                Arrays.stream(text.split(",", -1)).map(String::strip).distinct().toList();
        boolean allGood = suffixes.stream()
                .allMatch(each ->
                        SUFFIX.matcher(each).matches() && !NO_SQL.matcher(each).matches() && !each.endsWith("."));
        return allGood ? Optional.of(suffixes) : Optional.empty();
    }

    /** @param expectedInstead of a text that is not a single name; {@link #IDENTIFIER} for one that is */
    private static Setting<String> identifier(
            String name, String defaultText, String help, UnaryOperator<String> expectedInstead) {
        return new Setting<>(
                name,
                "NAME",
                defaultText,
                help,
                IDENTIFIER,
                text -> isIdentifier(text) && expectedInstead.apply(text).equals(IDENTIFIER)
                        ? Optional.of(text)
                        : Optional.empty(),
                Function.identity(),
                expectedInstead);
    }

    /** A path or a list would become the name of a single schema, which PostgreSQL allows and people never mean. */
    private static String expectedSchema(String text) {
        if (text.indexOf(',') >= 0 || text.indexOf(';') >= 0) {
            return "one schema; for several, run once for each: every one of them has its own history";
        }
        return isQuotedByHand(text) ? UNQUOTED : IDENTIFIER;
    }

    private static String expectedHistoryTable(String text) {
        if (text.indexOf(',') >= 0 || text.indexOf(';') >= 0) {
            return "one table";
        }
        if (text.indexOf('.') >= 0) {
            return "the name of a table without its schema, which the setting schema names";
        }
        return isQuotedByHand(text) ? UNQUOTED : IDENTIFIER;
    }

    private static boolean isQuotedByHand(String text) {
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    }

    private static Setting<Boolean> truth(String name, String defaultText, String help) {
        return new Setting<>(
                name, "true|false", defaultText, help, "one of true, false", Setting::truth, Object::toString);
    }

    private static <E extends Enum<E>> Setting<E> choice(String name, E defaultValue, String help) {
        List<E> constants = Arrays.asList(defaultValue.getDeclaringClass().getEnumConstants());
        List<String> words = constants.stream().map(Setting::word).toList();
        return new Setting<>(
                name,
                String.join("|", words),
                word(defaultValue),
                help,
                "one of " + String.join(", ", words),
                text -> constants.stream()
                        .filter(each -> word(each).equals(text))
                        .findFirst(),
                Setting::word);
    }

    private static Setting<Optional<String>> optional(
            String name, String valueName, String help, String expected, Predicate<String> valid) {
        return new Setting<>(
                name,
                valueName,
                "",
                help,
                expected,
                text -> text.isEmpty()
                        ? Optional.of(Optional.empty())
                        : valid.test(text) ? Optional.of(Optional.of(text)) : Optional.empty(),
                value -> value.orElse(""));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean isIdentifier(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= 1 && bytes <= IDENTIFIER_BYTES && !NO_NAME.matcher(text).find();
    }

    private static boolean isQualified(String text) {
        int dot = text.indexOf('.');
        return dot > 0
                && text.indexOf('.', dot + 1) < 0
                && isIdentifier(text.substring(0, dot))
                && isIdentifier(text.substring(dot + 1));
    }

    /** Without user and password: settings are printed, so they are public. */
    private static Setting<Optional<String>> address(String name, String help) {
        return optional(name, "URL", help, "an http or https address without user and password", Setting::isAddress);
    }

    private static boolean isAddress(String text) {
        try {
            var uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web && uri.getHost() != null && uri.getUserInfo() == null;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Map<String, String>> pairs(String text) {
        var pairs = new TreeMap<String, String>();
        for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                return Optional.empty();
            }
            pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1));
        }
        return Optional.of(Collections.unmodifiableMap(pairs));
    }

    private static Optional<Map<PreflightCheck, CheckWeight>> weights(String text) {
        Optional<Map<String, String>> pairs = pairs(text);
        if (pairs.isEmpty()) {
            return Optional.empty();
        }
        var weights = new EnumMap<PreflightCheck, CheckWeight>(PreflightCheck.class);
        for (Map.Entry<String, String> pair : pairs.get().entrySet()) {
            Optional<PreflightCheck> check = PreflightCheck.named(pair.getKey());
            Optional<CheckWeight> weight = Arrays.stream(CheckWeight.values())
                    .filter(each -> word(each).equals(pair.getValue().strip()))
                    .findFirst();
            if (check.isEmpty() || weight.isEmpty()) {
                return Optional.empty();
            }
            weights.put(check.get(), weight.get());
        }
        return Optional.of(Collections.unmodifiableMap(weights));
    }

    private static String formatWeights(Map<PreflightCheck, CheckWeight> weights) {
        return String.join(
                ",",
                weights.entrySet().stream()
                        .map(each -> each.getKey().word() + '=' + word(each.getValue()))
                        .toList());
    }

    private static String formatPairs(Map<String, String> pairs) {
        return String.join(
                ",",
                pairs.entrySet().stream()
                        .map(pair -> pair.getKey() + '=' + pair.getValue())
                        .toList());
    }

    private static Optional<Path> onePath(String text) {
        try {
            return text.isEmpty() || NO_PATH.matcher(text).find() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException invalid) {
            return Optional.empty();
        }
    }

    private static Optional<List<Path>> paths(String text) {
        List<Optional<Path>> parts = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Setting::onePath)
                .toList();
        boolean allGood = parts.stream().allMatch(Optional::isPresent);
        return allGood ? Optional.of(parts.stream().flatMap(Optional::stream).toList()) : Optional.empty();
    }
}
