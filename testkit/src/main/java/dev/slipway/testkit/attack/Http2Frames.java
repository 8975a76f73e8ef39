package dev.slipway.testkit.attack;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2 by hand, for what no client would send. */
public final class Http2Frames {
    private static final int END_HEADERS = 4;

    private Http2Frames() {}

    /** What a client says before its first frame. */
    public static byte[] preface() {
        return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    public static byte[] settings() {
        return frame(4, 0, 0, new byte[0]);
    }

    public static byte[] ping() {
        return frame(6, 0, 0, new byte[8]);
    }

    public static byte[] reset(int stream) {
        return frame(3, 0, stream, new byte[] {0, 0, 0, 8});
    }

    public static byte[] data(int stream, String text) {
        return frame(0, 0, stream, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The headers of a review; its body may follow. */
    public static byte[] post(int stream) {
        return frame(1, END_HEADERS, stream, postHeaders());
    }

    /** By the numbers of HPACK's static table. */
    public static byte[] postHeaders() {
        var block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x87); // :scheme https
        literal(block, "/mutate", 0x04); // :path
        literal(block, "localhost", 0x01); // :authority
        literal(block, "application/json", 0x0f, 0x10); // content-type
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String value, int... name) {
        for (int each : name) {
            block.write(each);
        }
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
