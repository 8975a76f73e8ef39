package dev.slipway.migrator.database;

import org.jspecify.annotations.Nullable;

/**
 * User and password, as just read. Do not keep them, because short-lived passwords change.
 *
 * @param password null if none is given, as with client certificates or trust
 */
public record Credentials(String user, @Nullable String password) {
    @Override
    public String toString() {
        return "Credentials[user=" + user + ", password=" + (password == null ? "none" : "***") + ']';
    }
}
