package dev.slipway.migrator.preflight;

import dev.slipway.migrator.database.Credentials;
import dev.slipway.migrator.database.DatabaseTarget;
import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.database.Tls;
import dev.slipway.migrator.database.TlsMode;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Configures the PG client in the same way as {@code DatabaseTarget.jdbcProperties} configures the JDBC driver. */
final class PgOptions {
    private PgOptions() {}

    /**
     * The options, with the credentials.
     *
     * @param trust checks the server's certificate, in the modes that verify it
     * @param encrypted false only for the second attempt of "prefer" and for "disable"
     */
    static PgConnectOptions of(
            DatabaseTarget target, Host host, String applicationName, boolean encrypted, Optional<ServerTrust> trust) {
        Credentials credentials = target.credentials();
        var options = new PgConnectOptions()
                .setHost(host.name())
                .setPort(host.port())
                .setDatabase(target.database())
                .setUser(credentials.user())
                .setPassword(credentials.password() == null ? "" : credentials.password())
                .setProperties(startParameters(target, applicationName))
                .setSslMode(encrypted ? sslMode(target.tls().mode()) : SslMode.DISABLE);
        if (encrypted) {
            options.setSslOptions(sslOptions(target.tls(), trust));
        }
        options.setCachePreparedStatements(false);
        return options;
    }

    /**
     * Leaves out extra_float_digits, which the client sends by default and PgBouncer refuses, because we recognise
     * PgBouncer by its behaviour.
     */
    private static Map<String, String> startParameters(DatabaseTarget target, String applicationName) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("application_name", applicationName);
        parameters.put("client_encoding", "UTF8");
        target.options().ifPresent(options -> parameters.put("options", options));
        target.searchPath().ifPresent(path -> parameters.put("search_path", path));
        return parameters;
    }

    private static SslMode sslMode(TlsMode mode) {
        return switch (mode) {
            case DISABLE -> SslMode.DISABLE;
            // We make the two attempts of "prefer" ourselves, because the client would hide why the first one failed.
            case PREFER, REQUIRE -> SslMode.REQUIRE;
            // The name is checked together with the certificate, see ServerTrust.
            case VERIFY_CA, VERIFY_FULL -> SslMode.VERIFY_CA;
        };
    }

    private static ClientSSLOptions sslOptions(Tls tls, Optional<ServerTrust> trust) {
        var options = new ClientSSLOptions();
        options.setHostnameVerificationAlgorithm("");
        trust.ifPresentOrElse(options::setTrustOptions, () -> options.setTrustAll(true));
        if (tls.clientCertificate().isPresent() && tls.clientKey().isPresent()) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(tls.clientCertificate().get().toAbsolutePath().toString())
                    .addKeyPath(tls.clientKey().get().toAbsolutePath().toString()));
        }
        return options;
    }
}
