package dev.slipway.migrator.database;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.Suggestion;
import dev.slipway.migrator.sql.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the connection parameters into a target, and reports everything that is wrong with them. */
final class TargetReader {
    private static final int DEFAULT_PORT = 5432;
    private static final Duration DEFAULT_ATTEMPT = Duration.ofSeconds(10);
    /** In libpq 16, the CAs of the operating system; here, those of the Java runtime. */
    private static final String SYSTEM_ROOTS = "system";

    private final Settings settings;
    private final Map<String, String> env;
    private final Problems problems;
    private final ConnectionParameters parameters;

    TargetReader(Settings settings, Map<String, String> env, Problems problems) {
        this.settings = settings;
        this.env = env;
        this.problems = problems;
        this.parameters = ConnectionParameters.read(settings, env, problems);
    }

    /** Null if anything is missing or wrong; the problems then list everything. */
    @Nullable
    DatabaseTarget read() {
        if (!problems.isEmpty()) {
            return null;
        }
        List<Host> hosts = hosts();
        String database = required("dbname", "database", "PGDATABASE");
        String user = required("user", "user", "PGUSER");
        Tls tls = tls();
        Duration attempt = attemptTimeout();
        refuseWhatCannotMigrate();
        if (!problems.isEmpty()) {
            return null;
        }
        Credentials credentials = new Credentials(user, password(hosts, database, user));
        if (!problems.isEmpty()) {
            return null;
        }
        return new DatabaseTarget(
                hosts,
                database,
                credentials,
                tls,
                attempt,
                text("options"),
                channelBinding(),
                text("search_path"),
                parameters.get("schema") != null);
    }

    private List<Host> hosts() {
        SourcedText names = parameters.get("host");
        if (names == null) {
            problems.add("database", "has no host; set PGHOST, or name it in the URL");
            return List.of();
        }
        String[] hosts = names.value().split(",", -1);
        int[] ports = ports(hosts.length);
        var list = new ArrayList<Host>();
        for (int index = 0; index < hosts.length; index++) {
            String name = withoutBrackets(hosts[index].strip());
            if (name.startsWith("/") || name.startsWith("@")) {
                problems.add(
                        names.where(),
                        "is the folder of a Unix socket, which the JDBC driver cannot reach; name a TCP host, for example 127.0.0.1");
            } else if (name.isEmpty()) {
                problems.add(names.where(), "has an empty host name");
            } else {
                list.add(new Host(name, ports[index]));
            }
        }
        return List.copyOf(list);
    }

    private static String withoutBrackets(String name) {
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }

    /** One port for each host, as in libpq: a single port applies to all hosts, and an empty one is the default. */
    private int[] ports(int hosts) {
        int[] ports = new int[hosts];
        SourcedText found = parameters.get("port");
        String[] texts = found == null ? new String[] {""} : found.value().split(",", -1);
        if (found != null && texts.length != 1 && texts.length != hosts) {
            problems.add(
                    found.where(), "has " + texts.length + " ports for " + hosts + " hosts; expected one for each");
            return ports;
        }
        for (int index = 0; index < hosts; index++) {
            String text = texts[texts.length == 1 ? 0 : index].strip();
            ports[index] = text.isEmpty() ? DEFAULT_PORT : number(text, 5);
            if (found != null && (ports[index] < 1 || ports[index] > 65535)) {
                problems.add(found.where(), "is not a port; expected a number from 1 to 65535");
                return ports;
            }
        }
        return ports;
    }

    /** The number; -1 if the text is not a number of at most that many digits. */
    private static int number(String text, int digits) {
        if (text.isEmpty() || text.length() > digits) {
            return -1;
        }
        int number = 0;
        for (int index = 0; index < text.length(); index++) {
            int digit = text.charAt(index) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private String required(String parameter, String what, String variable) {
        SourcedText found = parameters.get(parameter);
        if (found == null) {
            problems.add("database", "has no " + what + "; set " + variable + ", or name it in the URL");
            return "";
        }
        if (!found.value().equals(found.value().strip())) {
            problems.add(
                    found.where(),
                    "begins or ends with white space, such as a line break; did you mean the " + what + " without it?");
        }
        return found.value();
    }

    private Tls tls() {
        TlsMode mode = tlsMode();
        boolean system = isText("sslrootcert", SYSTEM_ROOTS);
        if (system && mode != TlsMode.VERIFY_FULL) {
            problems.add(where("sslrootcert"), "is 'system'; that needs sslmode verify-full, and it is " + mode);
        }
        Optional<Path> root = system ? Optional.empty() : file("sslrootcert");
        Optional<Path> certificate = file("sslcert");
        Optional<Path> key = file("sslkey");
        if (key.isPresent() && Files.isReadable(key.get())) {
            String objection = ClientKeyFile.objection(key.get(), parameters.folder());
            if (objection != null) {
                problems.add(
                        where("sslkey"),
                        "names " + FieldKind.PATH.plain(key.get().toString()) + ", which " + objection);
            }
        }
        if (certificate.isPresent() != key.isPresent()) {
            problems.add(
                    where(certificate.isPresent() ? "sslcert" : "sslkey"),
                    "is given alone; expected both sslcert (PGSSLCERT) and sslkey (PGSSLKEY)");
        }
        return new Tls(mode, root, certificate, key);
    }

    private TlsMode tlsMode() {
        SourcedText found = parameters.get("sslmode");
        if (found == null) {
            refuseSslFlag();
            return TlsMode.PREFER;
        }
        TlsMode mode = TlsMode.of(found.value().strip());
        if (mode == null) {
            problems.badValue(
                    found.where(), found.value(), FieldKind.WORD, TlsMode.EXPECTED + didYouMean(found.value()));
        }
        return mode == null ? TlsMode.PREFER : mode;
    }

    /** node-postgres calls libpq's require no-verify. */
    private static String didYouMean(String mode) {
        Optional<String> closest = mode.strip().equals("no-verify")
                ? Optional.of(TlsMode.REQUIRE.text())
                : Suggestion.closest(mode.strip(), TlsMode.texts());
        return closest.map(text -> "; did you mean " + text + '?').orElse("");
    }

    /**
     * Refuses {@code ssl=true}: it means verify-full to the JDBC driver, require to libpq, and other things to others.
     */
    private void refuseSslFlag() {
        SourcedText found = parameters.get("ssl");
        if (found != null) {
            problems.add(
                    found.where(), "means different things to different drivers; write sslmode, " + TlsMode.EXPECTED);
        }
    }

    /**
     * A path; or that file itself, if a file of the mounted Secret contains the PEM text. Relative paths start at the
     * folder of the Secret.
     */
    private Optional<Path> file(String parameter) {
        SourcedText found = parameters.get(parameter);
        if (found == null) {
            return Optional.empty();
        }
        Path path = path(found);
        if (path == null) {
            return Optional.empty();
        }
        if (!Files.isReadable(path)) {
            problems.add(
                    found.where(),
                    "names " + FieldKind.PATH.plain(path.toString())
                            + ", which does not exist or is not readable by this user");
        }
        return Optional.of(path);
    }

    private @Nullable Path path(SourcedText found) {
        try {
            String text = found.value().strip();
            boolean pem = text.startsWith("-----BEGIN ");
            return parameters.folder().resolve(Path.of(pem ? found.where() : text));
        } catch (InvalidPathException invalid) {
            problems.add(found.where(), "is not a path");
            return null;
        }
    }

    private Duration attemptTimeout() {
        Duration budget = settings.get(Setting.CONNECT_TIMEOUT);
        Duration attempt = DEFAULT_ATTEMPT;
        SourcedText found = parameters.get("connect_timeout");
        if (found != null) {
            int seconds = number(found.value().strip(), 6);
            if (seconds < 0) {
                problems.add(found.where(), "is not a number of seconds");
            } else if (seconds > 0) {
                attempt = Duration.ofSeconds(seconds);
            }
        }
        return attempt.compareTo(budget) > 0 ? budget : attempt;
    }

    private void refuseWhatCannotMigrate() {
        refuseSessionAttributes();
        refuseOtherSchema();
        SourcedText pgbouncer = parameters.get("pgbouncer");
        if (pgbouncer != null && pgbouncer.value().equals("true")) {
            problems.add(
                    pgbouncer.where(),
                    "says that this URL leads to a pooler, which cannot hold the migration lock; put the URL of the server itself into "
                            + ConnectionParameters.DIRECT_URL);
        }
        if (isText("gssencmode", "require")) {
            problems.add(where("gssencmode"), "is 'require'; Kerberos encryption is not supported, use sslmode");
        }
        if (isText("sslnegotiation", "direct")) {
            problems.add(where("sslnegotiation"), "is 'direct'; only 'postgres' is supported");
        }
    }

    /** A migration always needs the one server that takes writes. */
    private void refuseSessionAttributes() {
        SourcedText found = parameters.get("target_session_attrs");
        if (found == null) {
            return;
        }
        switch (found.value()) {
            case "any", "read-write", "primary", "master" -> {}
            default ->
                problems.badValue(
                        found.where(), found.value(), FieldKind.WORD, "read-write or primary, as a migration writes");
        }
    }

    /**
     * The application looks for its tables in that schema. Prisma's {@code schema=} is a name. The JDBC driver's
     * {@code currentSchema=} and {@code search_path=} of Go's drivers are paths, which are set in the session: unless a schema
     * was set as well, the session decides.
     */
    private void refuseOtherSchema() {
        SourcedText name = parameters.get("schema");
        if (name != null && !name.value().split(",", 2)[0].strip().equals(settings.get(Setting.SCHEMA))) {
            refuseOtherSchema(name);
        }
        SourcedText path = parameters.get("search_path");
        if (path != null && settings.isGiven(Setting.SCHEMA) && !beginsWithSchema(SearchPath.names(path.value()))) {
            refuseOtherSchema(path);
        }
    }

    private boolean beginsWithSchema(List<String> path) {
        String schema = settings.get(Setting.SCHEMA);
        return path.contains(schema) && path.indexOf(schema) <= path.indexOf(SearchPath.USER) + 1;
    }

    private void refuseOtherSchema(SourcedText found) {
        problems.add(
                found.where(),
                "is " + FieldKind.NAME.show(found.value()) + ", but the migrations would go to "
                        + settings.get(Setting.SCHEMA) + "; set "
                        + Setting.SCHEMA.env() + " to the same schema");
    }

    private @Nullable String channelBinding() {
        return text("channel_binding");
    }

    private @Nullable String password(List<Host> hosts, String database, String user) {
        String password = text("password");
        return password == null ? passwordFromFile(hosts, database, user) : password;
    }

    /** As libpq: {@code PGPASSFILE}, else {@code .pgpass} in the home folder, if it exists. */
    private @Nullable String passwordFromFile(List<Host> hosts, String database, String user) {
        SourcedText given = parameters.get("passfile");
        String home = env.get("HOME");
        Path file = given != null ? path(given) : home == null ? null : Path.of(home, ".pgpass");
        if (file == null || (given == null && !Files.isRegularFile(file))) {
            return null;
        }
        try {
            return PasswordFile.find(Files.readAllLines(file), hosts, database, user);
        } catch (IOException failure) {
            problems.add(
                    given == null ? FieldKind.PATH.plain(file.toString()) : given.where(),
                    "is a password file that cannot be read");
            return null;
        }
    }

    private @Nullable String text(String parameter) {
        SourcedText found = parameters.get(parameter);
        return found == null ? null : found.value();
    }

    private boolean isText(String parameter, String text) {
        return text.equals(text(parameter));
    }

    private String where(String parameter) {
        return String.valueOf(parameters.get(parameter));
    }
}
