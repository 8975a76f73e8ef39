package dev.slipway.migrator.database;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-encoding (RFC 3986), strict: {@code java.net.URLDecoder} would turn a plus in a password into a blank. */
final class PercentCode {
    private static final String UNRESERVED_MARKS = "-._~";

    private PercentCode() {}

    /** The decoded text; null if a percent sign is not followed by two hex digits, or the bytes are not UTF-8. */
    static @Nullable String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        var decoded = new ByteArrayOutputStream(encoded.length);
        for (int index = 0; index < encoded.length; index++) {
            if (encoded[index] != '%') {
                decoded.write(encoded[index]);
                continue;
            }
            int value = index + 2 < encoded.length ? hex(encoded[index + 1]) * 16 + hex(encoded[index + 2]) : -1;
            if (value < 0) {
                return null;
            }
            decoded.write(value);
            index += 2;
        }
        return utf8(decoded.toByteArray());
    }

    /** Safe in every part of a URL, and for decoders that read a plus as a blank. */
    static String encode(String text) {
        var encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved((char) each)) {
                encoded.append((char) each);
            } else {
                encoded.append('%').append(digit(each >> 4)).append(digit(each));
            }
        }
        return encoded.toString();
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    /** Returns a number so negative that the sum with any second digit stays negative. */
    private static int hex(byte character) {
        int value = Character.digit(character, 16);
        return value < 0 ? -1000 : value;
    }

    private static char digit(int value) {
        return Character.toUpperCase(Character.forDigit(value & 15, 16));
    }

    private static boolean isUnreserved(char character) {
        boolean letter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
        boolean digit = character >= '0' && character <= '9';
        return letter || digit || UNRESERVED_MARKS.indexOf(character) >= 0;
    }
}
