package dev.slipway.migrator.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Whether bytes are text in UTF-8, and if not, where they stop to be. */
final class Utf8 {
    private Utf8() {}

    /** The line, counted from 1, of the first byte that is not UTF-8; empty where all are. */
    static OptionalInt firstBadLine(byte[] bytes) {
        if (isAscii(bytes)) {
            return OptionalInt.empty();
        }
        var decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        try {
            decoder.decode(input);
            return OptionalInt.empty();
        } catch (CharacterCodingException notUtf8) {
            return OptionalInt.of(lineAt(bytes, input.position()));
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
