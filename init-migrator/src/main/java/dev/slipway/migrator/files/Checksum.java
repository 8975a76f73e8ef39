package dev.slipway.migrator.files;

import java.util.zip.CRC32;

/**
 * Flyway's checksum of a script: CRC32 over its lines, without the line ends and without a leading byte order mark, as
 * a signed 32-bit number. It does not notice changed line ends or blank lines at the end, so {@code slipway_run} also
 * keeps a SHA-256.
 */
public final class Checksum {
    private Checksum() {}

    /** @param utf8 the bytes of the file; in UTF-8, the bytes of a line are the same bytes that Flyway hashes */
    public static int of(byte[] utf8) {
        var crc = new CRC32();
        int start = hasByteOrderMark(utf8) ? 3 : 0;
        for (int position = start; position < utf8.length; position++) {
            if (utf8[position] == '\n' || utf8[position] == '\r') {
                crc.update(utf8, start, position - start);
                start = position + 1;
            }
        }
        crc.update(utf8, start, utf8.length - start);
        return (int) crc.getValue();
    }

    static boolean hasByteOrderMark(byte[] utf8) {
        return utf8.length >= 3 && utf8[0] == (byte) 0xEF && utf8[1] == (byte) 0xBB && utf8[2] == (byte) 0xBF;
    }
}
