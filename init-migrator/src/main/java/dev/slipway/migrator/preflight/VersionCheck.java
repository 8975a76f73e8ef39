package dev.slipway.migrator.preflight;

import io.vertx.sqlclient.Row;

/**
 * Refuses servers below 12: they do not report the progress of CREATE INDEX, which waiting for another replica needs,
 * and lack {@code tcp_user_timeout}, which detects dead replicas. Warns about versions that the tests do not cover,
 * outside 14 to 18.
 */
final class VersionCheck implements OneRowCheck {
    private static final int FLOOR = 12;
    private static final int OLDEST_TESTED = 14;
    private static final int NEWEST_TESTED = 18;

    @Override
    public String name() {
        return "server-version";
    }

    @Override
    public String question() {
        return "select current_setting('server_version_num')::int, current_setting('server_version'), version()";
    }

    @Override
    public Finding judge(Row row) {
        return judge(row.getInteger(0) / 10_000, row.getString(1), row.getString(2));
    }

    Finding judge(int major, String number, String product) {
        if (!product.startsWith("PostgreSQL ")) {
            return Finding.refuse(
                    name(),
                    product + " is not PostgreSQL; its advisory locks may protect nothing, so replicas could race",
                    "use a PostgreSQL server, " + FLOOR + " or newer");
        }
        if (major < FLOOR) {
            return Finding.refuse(name(), "PostgreSQL " + number + " is too old", "upgrade to " + FLOOR + " or newer");
        }
        if (major < OLDEST_TESTED || major > NEWEST_TESTED) {
            return Finding.warn(
                    name(),
                    "PostgreSQL " + number + " is outside of what was tested, " + OLDEST_TESTED + " to "
                            + NEWEST_TESTED,
                    major < OLDEST_TESTED
                            ? "upgrade; until then the lock of a killed replica may be held until its statement ends"
                            : "look for a newer release of Slipway");
        }
        return Finding.pass(name(), "PostgreSQL " + number);
    }
}
