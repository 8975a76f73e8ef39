package dev.slipway.migrator.apply;

import java.util.Locale;

/**
 * The table that a statement works on, with the sizes of PostgreSQL's last look at it: to measure it now would take a
 * lock, for which a look may have to wait.
 *
 * @param bytes without indexes; 0 if it is not known
 * @param rows 0 if it is not known
 */
record RunningTable(String name, long bytes, long rows) {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    /** As in "orders (about 1.2 GB, 5000000 rows)". */
    String describe() {
        if (bytes <= 0) {
            return name;
        }
        return name + " (about " + size(bytes) + (rows > 0 ? ", " + rows + " rows)" : ")");
    }

    private static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit + 1 < UNITS.length) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, size < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
    }
}
