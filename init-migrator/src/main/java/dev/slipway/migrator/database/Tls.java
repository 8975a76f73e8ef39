package dev.slipway.migrator.database;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the connection is protected.
 *
 * @param rootCertificate PEM file with the trusted CAs; if empty, the CAs that the Java runtime trusts. Used only by
 * the modes that verify
 * @param clientCertificate PEM file; present exactly if {@code clientKey} is
 * @param clientKey PKCS#8 file
 */
public record Tls(
        TlsMode mode, Optional<Path> rootCertificate, Optional<Path> clientCertificate, Optional<Path> clientKey) {}
