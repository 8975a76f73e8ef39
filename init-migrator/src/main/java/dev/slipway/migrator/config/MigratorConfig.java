package dev.slipway.migrator.config;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.database.CurrentTarget;
import dev.slipway.migrator.database.DotEnv;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The complete configuration of one run. Immutable.
 *
 * @param identity the name of this replica, for messages and the lock: {@code namespace/pod}
 */
public record MigratorConfig(Settings settings, CurrentTarget database, String identity) {
    private static final String PROGRAM = "slipway/";
    /** PostgreSQL's NAMEDATALEN - 1. */
    private static final int APPLICATION_NAME_BYTES = 63;

    /**
     * Null if the environment does not name a valid database, or if problems were reported before: a run must not start
     * with half of its settings, and all problems should still be reported at once.
     */
    public static @Nullable MigratorConfig read(Settings settings, Map<String, String> env, Problems problems) {
        CurrentTarget database = CurrentTarget.read(settings, env, problems);
        if (database == null || !problems.isEmpty()) {
            return null;
        }
        Settings all = database.latest().namesSchema()
                ? settings.with(Setting.SCHEMA, settings.get(Setting.SCHEMA))
                : settings;
        return new MigratorConfig(all, database, identity(settings, env));
    }

    /** The same with the database of a {@code .env} file, of which problems name the line. */
    public static @Nullable MigratorConfig read(
            Settings settings, Map<String, String> env, DotEnv dotEnv, Problems problems) {
        var own = new Problems();
        MigratorConfig config = read(settings, dotEnv.over(env), own);
        own.list().forEach(each -> problems.add(dotEnv.place(each.where()), each.what()));
        return problems.isEmpty() ? config : null;
    }

    /**
     * {@code slipway/namespace/pod}, for {@code pg_stat_activity}. If that is too long for PostgreSQL, the front of the
     * pod's name is cut off, because its end distinguishes the replicas.
     */
    public String applicationName() {
        return applicationName(identity);
    }

    static String applicationName(String identity) {
        String name = PROGRAM + identity;
        int excess = name.getBytes(StandardCharsets.UTF_8).length - APPLICATION_NAME_BYTES;
        if (excess <= 0) {
            return name;
        }
        int pod = name.lastIndexOf('/') + 1;
        String rest = name.substring(Math.min(name.length(), pod + excess + 1));
        return name.substring(0, pod) + '~' + rest;
    }

    /** Outside Kubernetes, the host name replaces the pod's name. */
    private static String identity(Settings settings, Map<String, String> env) {
        String pod = settings.get(Setting.POD_NAME).orElse("");
        String namespace = settings.get(Setting.POD_NAMESPACE).orElse("");
        String name = pod.isEmpty() ? env.getOrDefault("HOSTNAME", "local") : pod;
        return namespace.isEmpty() ? name : namespace + '/' + name;
    }
}
