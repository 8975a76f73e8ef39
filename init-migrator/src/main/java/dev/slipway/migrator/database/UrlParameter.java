package dev.slipway.migrator.database;

import dev.slipway.contract.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of the query parameters of a database URL: libpq's, the JDBC driver's under libpq's names, and those that
 * Prisma, Drizzle and node-postgres put there.
 */
final class UrlParameter {
    /** Read by {@link TargetReader}. */
    private static final Set<String> READ = Set.of(
            "host",
            "port",
            "dbname",
            "user",
            "password",
            "passfile",
            "sslmode",
            "ssl",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "connect_timeout",
            "options",
            "target_session_attrs",
            "channel_binding",
            "gssencmode",
            "sslnegotiation",
            "schema",
            "search_path",
            "pgbouncer");

    private static final Map<String, String> SYNONYMS = Map.of(
            "ApplicationName", "application_name",
            "connectTimeout", "connect_timeout",
            "targetServerType", "target_session_attrs",
            "currentSchema", "search_path",
            "channelBinding", "channel_binding",
            "gssEncMode", "gssencmode",
            "sslNegotiation", "sslnegotiation",
            "loadBalanceHosts", "load_balance_hosts");

    /** Parameters that tune an application or a pool, and have no effect on a single connection that migrates. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "application_name",
            "fallback_application_name",
            "client_encoding",
            "keepalives",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout",
            "load_balance_hosts",
            "sslcompression",
            "sslsni",
            "connection_limit",
            "pool_timeout",
            "socket_timeout",
            "statement_cache_size",
            "max_connection_lifetime",
            "max_idle_connection_lifetime",
            "single_use_connections",
            "uselibpqcompat",
            "loginTimeout",
            "socketTimeout",
            "tcpKeepAlive",
            "tcpNoDelay",
            "prepareThreshold",
            "preparedStatementCacheQueries",
            "preparedStatementCacheSizeMiB",
            "defaultRowFetchSize",
            "reWriteBatchedInserts",
            "stringtype",
            "binaryTransfer",
            "cancelSignalTimeout",
            "hostRecheckSeconds",
            "logUnclosedConnections",
            "logServerErrorDetail",
            "assumeMinServerVersion",
            "preferQueryMode",
            "autosave",
            "sslResponseTimeout",
            "readOnlyMode",
            "quoteReturningIdentifiers",
            "adaptiveFetch",
            "escapeSyntaxCallMode",
            "hideUnprivilegedObjects");

    private static final String NOT_HONOURED =
            "is not supported, and leaving it out silently would be unsafe; remove it";

    /** Ignoring these silently would connect to another server, or with less protection than intended. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("service", "is not supported; name host, port, user and database themselves"),
            Map.entry("hostaddr", "is not supported; put the address into host"),
            Map.entry("sslaccept", "is not supported; write sslmode=verify-full for strict, sslmode=require otherwise"),
            Map.entry("sslidentity", "is not supported; name the client certificate in sslcert and sslkey"),
            Map.entry("sslpassword", "is not supported; give the client key unencrypted in a mounted Secret"),
            Map.entry("sslcrl", NOT_HONOURED),
            Map.entry("sslcrldir", NOT_HONOURED),
            Map.entry("sslcertmode", NOT_HONOURED),
            Map.entry("requirepeer", NOT_HONOURED),
            Map.entry("require_auth", NOT_HONOURED),
            Map.entry("requireAuth", NOT_HONOURED),
            Map.entry("krbsrvname", NOT_HONOURED),
            Map.entry("gsslib", NOT_HONOURED),
            Map.entry("ssl_min_protocol_version", NOT_HONOURED),
            Map.entry("ssl_max_protocol_version", NOT_HONOURED),
            Map.entry("replication", "is not supported: a migration needs an ordinary connection; remove it"),
            Map.entry("readOnly", "is not supported: a migration writes; remove it"),
            Map.entry("sslfactory", "is not supported; use sslmode with sslrootcert"),
            Map.entry("sslhostnameverifier", "is not supported; use sslmode=verify-full"),
            Map.entry("socketFactory", "is not supported; use a TCP host"),
            Map.entry("authenticationPluginClassName", "is not supported; mount the token as file PGPASSWORD"));

    private UrlParameter() {}

    /** libpq's name for a parameter of the JDBC driver; any other name as it is. */
    static String canonical(String name) {
        String synonym = SYNONYMS.get(name);
        return synonym == null ? name : synonym;
    }

    static boolean isRead(String canonicalName) {
        return READ.contains(canonicalName);
    }

    /** What is wrong with a parameter that we do not read; null if it can be ignored. */
    static @Nullable String objection(String name) {
        if (WITHOUT_EFFECT.contains(canonical(name))) {
            return null;
        }
        String refusal = REFUSED.get(name);
        if (refusal != null) {
            return refusal;
        }
        Optional<String> closest = Suggestion.closest(name, names());
        return "is an unknown parameter" + (closest.isPresent() ? "; did you mean " + closest.get() + '?' : "");
    }

    private static List<String> names() {
        var names = new ArrayList<>(READ);
        names.addAll(SYNONYMS.keySet());
        names.addAll(WITHOUT_EFFECT);
        return names;
    }
}
