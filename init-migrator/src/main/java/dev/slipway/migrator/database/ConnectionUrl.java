package dev.slipway.migrator.database;

import dev.slipway.contract.Problems;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql://} into libpq's parameters. No message
 * quotes any part of the text except well-formed parameter names, because in a malformed URL the password may be
 * anywhere.
 */
final class ConnectionUrl {
    private static final String JDBC = "jdbc:";
    private static final String EXPECTED = "expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE";

    private final boolean jdbc;
    private final String where;
    private final Problems problems;
    private final Map<String, SourcedText> parameters = new HashMap<>();

    private ConnectionUrl(boolean jdbc, String where, Problems problems) {
        this.jdbc = jdbc;
        this.where = where;
        this.problems = problems;
    }

    /** The parameters of the URL, under libpq's names; hosts and ports as lists with commas. */
    static Map<String, SourcedText> parse(SourcedText url, Problems problems) {
        String text = url.value().strip();
        boolean jdbc = text.startsWith(JDBC);
        String rest = afterScheme(jdbc ? text.substring(JDBC.length()) : text);
        if (rest == null && isQuoted(text)) {
            problems.add(url.where(), "is in quotation marks, which are part of its value; write it without them");
            return Map.of();
        }
        if (rest == null) {
            problems.add(
                    url.where(),
                    "does not start with postgres://, postgresql:// or jdbc:postgresql://; it is not shown as it may hold a password");
            return Map.of();
        }
        var reader = new ConnectionUrl(jdbc, url.where(), problems);
        reader.read(rest);
        return reader.parameters;
    }

    private static boolean isQuoted(String text) {
        return text.length() > 1 && "\"'`“”‘’".indexOf(text.charAt(0)) >= 0;
    }

    private static @Nullable String afterScheme(String text) {
        int end = text.indexOf("://");
        String scheme = end < 0 ? "" : text.substring(0, end);
        return scheme.equals("postgres") || scheme.equals("postgresql") ? text.substring(end + 3) : null;
    }

    private void read(String text) {
        int query = text.indexOf('?');
        String beforeQuery = query < 0 ? text : text.substring(0, query);
        int slash = beforeQuery.indexOf('/');
        String authority = slash < 0 ? beforeQuery : beforeQuery.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (hasStrayAt(text, authority.length())) {
            problems.add(
                    where,
                    "has an @ after the host: in a password write / as %2F, ? as %3F, @ as %40, % as %25; elsewhere write @ as %40");
            return;
        }
        readUser(at < 0 ? "" : authority.substring(0, at));
        if (!readHosts(authority.substring(at + 1))) {
            return;
        }
        put("dbname", "the database name", slash < 0 ? "" : beforeQuery.substring(slash + 1));
        readQuery(query < 0 ? "" : text.substring(query + 1));
    }

    /** The parameters of a JDBC URL may hold one ({@code user=admin@server}): there is no other place for a password. */
    private boolean hasStrayAt(String text, int endOfAuthority) {
        return !jdbc && text.indexOf('@', endOfAuthority) >= 0;
    }

    private void readUser(String userInfo) {
        int colon = userInfo.indexOf(':');
        put("user", "the user", colon < 0 ? userInfo : userInfo.substring(0, colon));
        put("password", "the password", colon < 0 ? "" : userInfo.substring(colon + 1));
    }

    private boolean readHosts(String list) {
        var names = new StringBuilder();
        var ports = new StringBuilder();
        boolean good = true;
        String separator = "";
        for (String host : list.split(",", -1)) {
            int colon = portColon(host);
            String port = colon < 0 ? "" : host.substring(colon + 1);
            good &= isHost(colon < 0 ? host : host.substring(0, colon)) && isPort(port);
            names.append(separator).append(colon < 0 ? host : host.substring(0, colon));
            ports.append(separator).append(port);
            separator = ",";
        }
        if (!good) {
            problems.add(
                    where,
                    "has a host or port that cannot be read; " + EXPECTED
                            + ", IPv6 addresses in brackets, and / as %2F, ? as %3F, @ as %40 in a password");
            return false;
        }
        put("host", "the host", names.toString());
        if (!ports.toString().replace(",", "").isEmpty()) {
            put("port", "the port", ports.toString());
        }
        return true;
    }

    private static int portColon(String host) {
        int bracket = host.lastIndexOf(']');
        return host.indexOf(':', Math.max(bracket, 0));
    }

    private static boolean isHost(String host) {
        boolean opens = host.startsWith("[");
        boolean closes = host.endsWith("]");
        return opens == closes && (opens || host.indexOf(':') < 0);
    }

    private static boolean isPort(String port) {
        for (int index = 0; index < port.length(); index++) {
            if (port.charAt(index) < '0' || port.charAt(index) > '9') {
                return false;
            }
        }
        return port.length() <= 5;
    }

    private void readQuery(String query) {
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                readParameter(
                        equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
    }

    private void readParameter(String name, String value) {
        if (!isWord(name)) {
            problems.add(where, "has a query parameter whose name is not a word; " + EXPECTED + "?sslmode=require");
            return;
        }
        String canonical = UrlParameter.canonical(name);
        if (UrlParameter.isRead(canonical)) {
            put(canonical, name, jdbc ? value.replace("+", "%20") : value);
            return;
        }
        String objection = UrlParameter.objection(name);
        if (objection != null) {
            problems.add(name + " in " + where, objection);
        }
    }

    private static boolean isWord(String name) {
        for (int index = 0; index < name.length(); index++) {
            char character = name.charAt(index);
            if (!(Character.isLetterOrDigit(character) || character == '_')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= 40;
    }

    private void put(String canonical, String name, String encoded) {
        String value = PercentCode.decode(encoded);
        if (value == null) {
            problems.add(
                    name + " in " + where,
                    "has a % that is not followed by two hex digits of UTF-8 text; write a % itself as %25");
        } else if (!value.isEmpty()) {
            parameters.put(canonical, new SourcedText(value, name + " in " + where));
        }
    }
}
