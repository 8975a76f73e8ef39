package dev.slipway.migrator.database;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The database to migrate, and how to connect to it, as it was named at one moment; see {@link CurrentTarget}. Immutable.
 *
 * <p>It comes from the first place that names a server: {@code DIRECT_URL} or {@code DATABASE_URL} in the environment,
 * {@code PGHOST} there, then files of the same names in the mounted Secret. Parameters missing there come from the
 * other {@code PG*} variables and files.
 */
public final class DatabaseTarget {
    private final List<Host> hosts;
    private final String database;
    private final Credentials credentials;
    private final Tls tls;
    private final Duration attemptTimeout;
    private final @Nullable String options;
    private final @Nullable String channelBinding;
    private final @Nullable String searchPath;
    private final boolean namesSchema;

    DatabaseTarget(
            List<Host> hosts,
            String database,
            Credentials credentials,
            Tls tls,
            Duration attemptTimeout,
            @Nullable String options,
            @Nullable String channelBinding,
            @Nullable String searchPath,
            boolean namesSchema) {
        this.hosts = List.copyOf(hosts);
        this.database = database;
        this.credentials = credentials;
        this.tls = tls;
        this.attemptTimeout = attemptTimeout;
        this.options = options;
        this.channelBinding = channelBinding;
        this.searchPath = searchPath;
        this.namesSchema = namesSchema;
    }

    /**
     * The target that settings, environment and mounted files name. Null if that is incomplete or wrong; the problems
     * then list everything.
     */
    public static @Nullable DatabaseTarget read(Settings settings, Map<String, String> env, Problems problems) {
        var own = new Problems();
        DatabaseTarget target = new TargetReader(settings, env, own).read();
        for (Problems.Problem problem : own.list()) {
            problems.add(problem.where(), problem.what());
        }
        return own.isEmpty() ? target : null;
    }

    /** Whether the URL names a schema: then it is the same as in the settings, because anything else was refused. */
    public boolean namesSchema() {
        return namesSchema;
    }

    /** In the order in which they are tried; at least one. */
    public List<Host> hosts() {
        return hosts;
    }

    public String database() {
        return database;
    }

    public Tls tls() {
        return tls;
    }

    /** For one attempt to connect to one host; at most the connect-timeout setting. */
    public Duration attemptTimeout() {
        return attemptTimeout;
    }

    /** Options for the start of a session, as in {@code -c search_path=shop}. */
    public Optional<String> options() {
        return Optional.ofNullable(options);
    }

    /** Whether the password has to be bound to the TLS session. */
    public boolean requiresChannelBinding() {
        return "require".equals(channelBinding);
    }

    /** The search_path with which a session starts, if the URL names one. */
    public Optional<String> searchPath() {
        return Optional.ofNullable(searchPath);
    }

    public Credentials credentials() {
        return credentials;
    }

    /** Whether a session there finds the same tables under the same names. */
    boolean isSameDatabase(DatabaseTarget other) {
        return jdbcUrl().equals(other.jdbcUrl())
                && Objects.equals(options, other.options)
                && Objects.equals(searchPath, other.searchPath);
    }

    /** Whether connecting there is the same in every respect. */
    boolean isSame(DatabaseTarget other) {
        return jdbcUrl().equals(other.jdbcUrl()) && jdbcProperties("").equals(other.jdbcProperties(""));
    }

    /** {@code jdbc:postgresql://…} with all hosts and the database, and nothing else. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + hostList() + '/' + PercentCode.encode(database);
    }

    /**
     * All other properties for the JDBC driver, with the password. The caller sets the query mode.
     *
     * @param applicationName at most 63 bytes; PostgreSQL cuts off the rest
     */
    public Properties jdbcProperties(String applicationName) {
        var properties = new Properties();
        properties.setProperty("user", credentials.user());
        if (credentials.password() != null) {
            properties.setProperty("password", credentials.password());
        }
        properties.setProperty("ApplicationName", applicationName);
        setTls(properties);
        if (hosts.size() > 1) {
            properties.setProperty("targetServerType", "primary");
        }
        // A statement may run for hours, so only the kernel may declare the connection dead.
        properties.setProperty("socketTimeout", "0");
        properties.setProperty("tcpKeepAlive", "true");
        setAttemptTimeout(properties);
        if (options != null) {
            properties.setProperty("options", options);
        }
        if (searchPath != null) {
            properties.setProperty("currentSchema", searchPath);
        }
        return properties;
    }

    /** For messages, without a password: {@code shop@db.internal:5432/shop (TLS verify-full)}. */
    public String describe() {
        return credentials.user() + '@' + hostList() + '/' + database + " (TLS " + tls.mode() + ')';
    }

    @Override
    public String toString() {
        return describe();
    }

    private void setTls(Properties properties) {
        properties.setProperty("sslmode", tls.mode().text());
        properties.setProperty("gssEncMode", "disable");
        // Empty, not absent: otherwise the driver would search ~/.postgresql, unlike the PG client.
        properties.setProperty("sslcert", text(tls.clientCertificate()));
        properties.setProperty("sslkey", text(tls.clientKey()));
        if (tls.rootCertificate().isPresent()) {
            properties.setProperty("sslrootcert", text(tls.rootCertificate()));
        }
        if (tls.clientKey().isPresent()) {
            properties.setProperty("sslfactory", ClientCertificateSocketFactory.class.getName());
        } else if (tls.mode().verifies() && tls.rootCertificate().isEmpty()) {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        if (tls.mode() == TlsMode.VERIFY_FULL) {
            properties.setProperty("sslhostnameverifier", ServerName.class.getName());
        }
        if (channelBinding != null) {
            properties.setProperty("channelBinding", channelBinding);
        }
    }

    /** The second property covers a server that accepts the connection and then stays silent. */
    private void setAttemptTimeout(Properties properties) {
        long seconds = Math.max(1, attemptTimeout.toSeconds());
        properties.setProperty("connectTimeout", Long.toString(seconds));
        properties.setProperty("loginTimeout", Long.toString(seconds * hosts.size()));
    }

    private static String text(Optional<?> value) {
        return value.isPresent() ? value.get().toString() : "";
    }

    private String hostList() {
        var list = new StringBuilder();
        for (Host host : hosts) {
            list.append(list.length() == 0 ? "" : ",").append(host);
        }
        return list.toString();
    }
}
