package dev.slipway.migrator.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whether bytes are text in UTF-8, and if not, where they stop to be. */
public final class Utf8 {
    private Utf8() {}

    /**
     * The first byte that is not UTF-8.
     *
     * @param line counted from 1
     * @param position of the byte in the file, counted from 1
     * @param value as an unsigned number
     */
    public record BadByte(int line, int position, int value) {
        /** As in "line 2, byte 19 of the file (0xE4)". */
        @Override
        public String toString() {
            return "line %d, byte %d of the file (0x%02X)".formatted(line, position, value);
        }
    }

    /** Empty where all bytes are UTF-8. */
    public static Optional<BadByte> firstBadByte(byte[] bytes) {
        if (isAscii(bytes)) {
            return Optional.empty();
        }
        var decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        try {
            decoder.decode(input);
            return Optional.empty();
        } catch (CharacterCodingException notUtf8) {
            int index = input.position();
            return Optional.of(new BadByte(lineAt(bytes, index), index + 1, Byte.toUnsignedInt(bytes[index])));
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    private static int lineAt(byte[] bytes, int position) {
        int line = 1;
        for (int index = 0; index < position; index++) {
            if (bytes[index] == '\n') {
                line++;
            }
        }
        return line;
    }
}
