package dev.slipway.webhook.injection;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.MigrationsFormat;
import dev.slipway.contract.MissingLocations;
import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.contract.RestorePoint;
import dev.slipway.contract.SchemaAhead;
import dev.slipway.contract.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Every annotation of Slipway. All but {@link #INJECTED} are set by the owner of the application, on the pod template.
 * A bad value and an unknown name under our prefix refuse the pod, with every problem listed; nothing falls back to a
 * default silently.
 */
public final class Annotations {
    /** Every annotation and label of Slipway starts with this. */
    public static final String PREFIX = "slipway.dev/";

    /** Opts the pod in. Without it, or with {@code false}, the pod is left alone, whatever else is annotated. */
    public static final Annotation<Boolean> MIGRATE = Annotation.of(
                    "migrate",
                    "`true` or `false`",
                    "`false`",
                    "Opts the pod in: it starts only after its schema is ready.",
                    Annotations::bool)
            .as(FieldKind.WORD);

    /**
     * Where the migrations come from. {@code image:} and {@code container:} mount a Kubernetes image volume; if the
     * cluster has none, an init container copies the files out of the image, which then needs a {@code cp}.
     */
    public static final Annotation<MigrationsSource> MIGRATIONS_FROM = Annotation.of(
            "migrations-from",
            "`image`, `image:REF`, `container:NAME`, `configmap:NAME` or `volume:NAME`",
            "`image`",
            "Where the migrations come from: the migrator image, another image, the image of a container of this pod, "
                    + "a ConfigMap, or a volume of this pod.",
            MigrationsSource::parse);

    /** Inside the source; not for a ConfigMap, which has no folders. */
    public static final Annotation<String> MIGRATIONS_PATH = Annotation.of(
                    "migrations-path",
                    "a path such as `/migrations`, without `..` and commas",
                    "`/migrations` in an image, the root of a volume or ConfigMap",
                    "The folder with the migrations inside the source.",
                    MigrationsPath::parse)
            .as(FieldKind.PATH)
            .refusing(ValueComplaints::path);

    /** How the folder is laid out; {@code auto} looks at it. */
    public static final Annotation<MigrationsFormat> MIGRATIONS_FORMAT =
            Annotation.of(Setting.MIGRATIONS_FORMAT, "How the folder is laid out; `auto` looks at it.");

    public static final Annotation<String> MIGRATION_PREFIX = Annotation.of(
            Setting.MIGRATION_PREFIX,
            "What the names of versioned migrations begin with; `none` = with the version, as in `20260101120000__name.sql`.");

    public static final Annotation<String> REPEATABLE_PREFIX =
            Annotation.of(Setting.REPEATABLE_PREFIX, "What the names of repeatable migrations begin with.");

    public static final Annotation<String> UNDO_PREFIX =
            Annotation.of(Setting.UNDO_PREFIX, "What the names of undo scripts begin with.");

    public static final Annotation<String> MIGRATION_SEPARATOR =
            Annotation.of(Setting.MIGRATION_SEPARATOR, "What separates version and description in a name.");

    public static final Annotation<List<String>> MIGRATION_SUFFIXES =
            Annotation.of(Setting.MIGRATION_SUFFIXES, "What the names of migrations end with, as written.");

    public static final Annotation<MissingLocations> MISSING_LOCATIONS = Annotation.of(
            Setting.MISSING_LOCATIONS, "Whether one of several folders may be missing, or have no migration in it.");

    /** Its keys are mounted as files and read again on each connect; the webhook never reads the Secret itself. */
    public static final Annotation<String> DATABASE_SECRET = Annotation.of(
            "database-secret",
            "the name of a Secret",
            "none; this or `database-from` is required",
            "Secret in the pod's namespace with `DATABASE_URL`, or `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`, "
                    + "`PGPASSWORD`, `PGSSLMODE`.",
            KubernetesNames::subdomain);

    /** Names the key of the Secret, or with {@link #DATABASE_FROM} the variable, that holds the URL. */
    public static final Annotation<String> DATABASE_URL_KEY = Annotation.of(
            Setting.DATABASE_URL_KEY, "The key of the Secret (or the container's variable) that holds the URL.");

    /**
     * Takes over {@code env}, {@code envFrom} and {@code volumeMounts} of a container. Variables that would change our
     * own Java process or loader ({@code JAVA_TOOL_OPTIONS}, {@code LD_PRELOAD} …) are left out, and the migrator's own
     * mounts win.
     */
    public static final Annotation<String> DATABASE_FROM = Annotation.of(
            "database-from",
            "`container:NAME`",
            "none",
            "Takes over that container's `env`, `envFrom` and volume mounts instead of a Secret.",
            text -> MigrationsSource.nameAfter("container:", text).flatMap(KubernetesNames::label));

    public static final Annotation<String> SCHEMA = Annotation.of(
                    Setting.SCHEMA, "The schema that holds the tables and the history.")
            .refusing(ValueComplaints::schema);

    public static final Annotation<Boolean> CREATE_SCHEMA =
            Annotation.of(Setting.CREATE_SCHEMA, "Whether a schema that does not exist is created instead of refused.");

    public static final Annotation<String> HISTORY_TABLE = Annotation.of(
                    Setting.HISTORY_TABLE, "The history table, in Flyway's format.")
            .refusing(ValueComplaints::table);

    public static final Annotation<String> DRIZZLE_TABLE = Annotation.of(
            Setting.DRIZZLE_TABLE,
            "Drizzle's own history table (its `migrationsSchema` and `migrationsTable`), kept in step for a Drizzle "
                    + "folder.");

    /** Extended while the other replica makes progress. The platform may set another default. */
    public static final Annotation<Duration> WAIT_TIMEOUT = Annotation.of(
            Setting.WAIT_TIMEOUT,
            "How long to wait for another replica's migration; extended while that one makes progress.");

    /** The platform may set another default. */
    public static final Annotation<Duration> CONNECT_TIMEOUT =
            Annotation.of(Setting.CONNECT_TIMEOUT, "How long to try to reach the database.");

    /** The platform may set another default. */
    public static final Annotation<Duration> LOCK_TIMEOUT = Annotation.of(
            Setting.LOCK_TIMEOUT,
            "PostgreSQL `lock_timeout` for each DDL statement, retried with backoff; `0` = none.");

    /** The platform may set another default. */
    public static final Annotation<Duration> STATEMENT_TIMEOUT =
            Annotation.of(Setting.STATEMENT_TIMEOUT, "PostgreSQL `statement_timeout` for each statement; `0` = none.");

    public static final Annotation<SchemaAhead> SCHEMA_AHEAD = Annotation.of(
            Setting.SCHEMA_AHEAD, "Whether an older image may start on a newer schema, as after a rollback.");

    public static final Annotation<OutOfOrder> OUT_OF_ORDER = Annotation.of(
            Setting.OUT_OF_ORDER, "Whether a version below the newest applied one is applied late, or stops the pod.");

    public static final Annotation<RestorePoint> RESTORE_POINT = Annotation.of(
            Setting.RESTORE_POINT,
            "Whether a named restore point is made before the first pending script: if the server allows it, or else"
                    + " the pod is stopped, or never.");

    public static final Annotation<Optional<String>> BASELINE_VERSION =
            Annotation.of(Setting.BASELINE_VERSION, "Adopts an existing, non-empty schema as this version.");

    public static final Annotation<Phase> PHASE =
            Annotation.of(Setting.PHASE, "Which half of an expand-and-contract change may run.");

    public static final Annotation<Optional<String>> APP_VERSION = Annotation.of(
            Setting.APP_VERSION,
            "The application's version: pods older than a contract migration allows are refused before they start.");

    /** The platform may set another default. */
    public static final Annotation<PreflightMode> PREFLIGHT = Annotation.of(
                    "preflight",
                    "`inline`, `container` or `off`",
                    "`inline`",
                    "Pre-flight checks in the migrating container, in one of their own before it, or not at all.",
                    PreflightMode::parse)
            .as(FieldKind.WORD);

    /**
     * Where our init containers stand. A name that the pod does not have is refused, unless it is one that another
     * webhook is known to add later.
     */
    public static final Annotation<Position> POSITION = Annotation.of(
            "position",
            "`auto`, `first`, `last`, `before:NAME` or `after:NAME`",
            "`auto`",
            "Where the init containers stand; `auto` = after every native sidecar and known secret injector, before the "
                    + "application's own.",
            Position::parse);

    public static final Annotation<String> IMAGE = Annotation.of(
            "image",
            "an image reference such as `registry/name:tag`",
            "the webhook's configuration",
            "Another migrator image.",
            KubernetesNames::imageReference);

    public static final Annotation<String> IMAGE_PULL_POLICY = Annotation.of(
                    "image-pull-policy",
                    "`Always`, `IfNotPresent` or `Never`",
                    "the webhook's configuration",
                    "Pull policy of the migrator image, and of the image with the migrations.",
                    KubernetesNames::pullPolicy)
            .as(FieldKind.WORD);

    public static final Annotation<Quantity> REQUESTS_CPU = quantity("requests-cpu", Resource.CPU, "CPU request");
    public static final Annotation<Quantity> REQUESTS_MEMORY =
            quantity("requests-memory", Resource.MEMORY, "memory request");
    public static final Annotation<Quantity> LIMITS_CPU = quantity("limits-cpu", Resource.CPU, "CPU limit");
    public static final Annotation<Quantity> LIMITS_MEMORY = quantity("limits-memory", Resource.MEMORY, "memory limit");

    /**
     * Written by the webhook, as a label ({@code true}) and as an annotation (the webhook's version); overwritten when
     * another party wrote it. It is for people and selectors: no decision rests on it, because copies of a pod carry
     * it.
     */
    public static final String INJECTED = PREFIX + "injected";

    private static final List<Annotation<?>> ALL = List.of(
            MIGRATE,
            MIGRATIONS_FROM,
            MIGRATIONS_PATH,
            MIGRATIONS_FORMAT,
            MIGRATION_PREFIX,
            REPEATABLE_PREFIX,
            UNDO_PREFIX,
            MIGRATION_SEPARATOR,
            MIGRATION_SUFFIXES,
            MISSING_LOCATIONS,
            DATABASE_SECRET,
            DATABASE_URL_KEY,
            DATABASE_FROM,
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
            PREFLIGHT,
            POSITION,
            IMAGE,
            IMAGE_PULL_POLICY,
            REQUESTS_CPU,
            REQUESTS_MEMORY,
            LIMITS_CPU,
            LIMITS_MEMORY);

    private Annotations() {}

    /** Every annotation that a person may set, in the order of the documentation. */
    public static List<Annotation<?>> all() {
        return ALL;
    }

    private static Annotation<Quantity> quantity(String name, Resource resource, String what) {
        return Annotation.of(
                        name,
                        resource.expected(),
                        "the webhook's configuration",
                        "The " + what + " of the injected containers.",
                        resource::parse)
                .as(FieldKind.AMOUNT)
                .refusing(resource::complaint);
    }

    private static Optional<Boolean> bool(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
