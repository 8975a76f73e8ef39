package dev.slipway.migrator.database;

/**
 * One server to try.
 *
 * @param name a DNS name or an address; IPv6 without brackets
 * @param port 1 to 65535
 */
public record Host(String name, int port) {
    /** {@code name:port}, with brackets around an IPv6 address. */
    @Override
    public String toString() {
        return (name.indexOf(':') >= 0 ? '[' + name + ']' : name) + ':' + port;
    }
}
