package dev.slipway.migrator.database;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.Suggestion;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection parameters that were found, under libpq's names. They come from the first place that names a server: a
 * URL in the environment, {@code PGHOST} in the environment, a URL in the mounted Secret, {@code PGHOST} there.
 * Parameters missing there come from the {@code PG*} variables, then from the {@code PG*} files.
 */
final class ConnectionParameters {
    /** Names the server itself if {@code DATABASE_URL} names a pooler; Prisma made this name common. */
    static final String DIRECT_URL = "DIRECT_URL";

    private static final String HOST = "host";
    private static final String HOST_VARIABLE = "PGHOST";

    /** libpq's parameters and variables. */
    private static final String[][] VARIABLES = {
        {HOST, HOST_VARIABLE},
        {"port", "PGPORT"},
        {"dbname", "PGDATABASE"},
        {"user", "PGUSER"},
        {"password", "PGPASSWORD"},
        {"passfile", "PGPASSFILE"},
        {"sslmode", "PGSSLMODE"},
        {"sslrootcert", "PGSSLROOTCERT"},
        {"sslcert", "PGSSLCERT"},
        {"sslkey", "PGSSLKEY"},
        {"connect_timeout", "PGCONNECT_TIMEOUT"},
        {"options", "PGOPTIONS"},
        {"target_session_attrs", "PGTARGETSESSIONATTRS"},
        {"channel_binding", "PGCHANNELBINDING"},
    };

    private final Map<String, SourcedText> values = new HashMap<>();
    private final CredentialSources sources;

    private ConnectionParameters(CredentialSources sources) {
        this.sources = sources;
    }

    /** All parameters that were found; empty, with the problem reported, if no place names a server. */
    static ConnectionParameters read(Settings settings, Map<String, String> env, Problems problems) {
        var sources = new CredentialSources(env, settings.get(Setting.DATABASE_DIR), problems);
        var parameters = new ConnectionParameters(sources);
        String[] urlNames = urlNames(settings);
        if (parameters.chooseServer(urlNames)) {
            parameters.fillGaps();
        } else if (problems.isEmpty()) {
            problems.add("database", parameters.nothingFound(urlNames));
        }
        return parameters;
    }

    /** The variables that name a server. */
    static List<String> serverVariables(Settings settings) {
        var names = new ArrayList<>(List.of(urlNames(settings)));
        names.add(HOST_VARIABLE);
        return names;
    }

    /** Every variable that says something about the database. */
    static List<String> variables(Settings settings) {
        var names = new ArrayList<>(List.of(urlNames(settings)));
        for (String[] variable : VARIABLES) {
            names.add(variable[1]);
        }
        return names;
    }

    @Nullable
    SourcedText get(String name) {
        return values.get(name);
    }

    /** The folder of the mounted Secret, against which relative paths are resolved. */
    Path folder() {
        return sources.folder();
    }

    /** A key that was set explicitly is the only one used, whatever else exists. */
    private static String[] urlNames(Settings settings) {
        String key = settings.get(Setting.DATABASE_URL_KEY);
        return settings.isGiven(Setting.DATABASE_URL_KEY) ? new String[] {key} : new String[] {DIRECT_URL, key};
    }

    private boolean chooseServer(String[] urlNames) {
        for (String name : urlNames) {
            if (takeUrl(sources.variable(name))) {
                return true;
            }
        }
        if (sources.variable(HOST_VARIABLE) != null) {
            return true;
        }
        for (String name : urlNames) {
            if (takeUrl(sources.mounted(name))) {
                return true;
            }
        }
        return sources.mounted(HOST_VARIABLE) != null;
    }

    private boolean takeUrl(@Nullable SourcedText url) {
        if (url != null) {
            values.putAll(ConnectionUrl.parse(url, sources.problems()));
        }
        return url != null;
    }

    private void fillGaps() {
        for (String[] variable : VARIABLES) {
            if (!values.containsKey(variable[0])) {
                SourcedText found = variableOrMounted(variable[1]);
                if (found != null) {
                    values.put(variable[0], found);
                }
            }
        }
    }

    private @Nullable SourcedText variableOrMounted(String name) {
        SourcedText variable = sources.variable(name);
        return variable == null ? sources.mounted(name) : variable;
    }

    private String nothingFound(String[] urlNames) {
        String names = String.join(", ", urlNames) + " or " + HOST_VARIABLE;
        return "is not named: looked for " + names + " in the environment, then for files of these names in "
                + FieldKind.PATH.plain(folder().toString())
                + ", which " + describeFolder(urlNames);
    }

    private String describeFolder(String[] urlNames) {
        List<String> names = keys();
        if (names == null) {
            return "does not exist";
        }
        if (names.isEmpty()) {
            return "is empty";
        }
        Optional<String> closest = Suggestion.closest(urlNames[urlNames.length - 1], names);
        return "holds " + String.join(", ", names)
                + (closest.isPresent()
                        ? "; did you mean " + Setting.DATABASE_URL_KEY.flag() + ' ' + closest.get() + '?'
                        : "; " + Setting.DATABASE_URL_KEY.flag() + " names the key that holds the URL");
    }

    /** The keys of the mounted Secret, sorted; null if there is no folder. Kubernetes' own links start with a dot. */
    private @Nullable List<String> keys() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder())) {
            var names = new ArrayList<String>();
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
            names.sort(null);
            return names;
        } catch (IOException absent) {
            return null;
        }
    }
}
