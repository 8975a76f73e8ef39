package dev.slipway.migrator.database;

import org.jspecify.annotations.Nullable;

/**
 * Who connects, as read a moment ago. Not to be kept: short-lived passwords change.
 *
 * @param password null if none is given, as with client certificates or trust
 */
public record Credentials(String user, @Nullable String password) {
    @Override
    public String toString() {
        return "Credentials[user=" + user + ", password=" + (password == null ? "none" : "***") + ']';
    }
}
