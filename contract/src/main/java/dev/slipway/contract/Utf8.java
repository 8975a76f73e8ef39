package dev.slipway.contract;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whether bytes are text in UTF-8, and if not, where they stop being UTF-8. */
public final class Utf8 {
    /** Nothing of the text is kept, so that a large one costs no second copy of itself. */
    private static final int CHUNK = 4096;

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

    /** Empty if all bytes are UTF-8. */
    public static Optional<BadByte> firstBadByte(byte[] bytes) {
        if (isAscii(bytes)) {
            return Optional.empty();
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer chunk = CharBuffer.allocate(CHUNK);
        CoderResult result;
        do {
            chunk.clear();
            result = decoder.decode(input, chunk, true);
        } while (result.isOverflow());
        return result.isError() ? Optional.of(badByte(bytes, input.position())) : Optional.empty();
    }

    private static BadByte badByte(byte[] bytes, int index) {
        return new BadByte(lineAt(bytes, index), index + 1, Byte.toUnsignedInt(bytes[index]));
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
