package dev.slipway.testkit.attack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Answers of HTTP/1.1 as they come over a socket. */
public final class Http1 {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private Http1() {}

    /** Head and body; what has come so far, if the connection ends within the head. */
    public static String readResponse(InputStream stream) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = stream.read();
            if (next < 0) {
                return head.toString();
            }
            head.append((char) next);
        }
        var length = LENGTH.matcher(head);
        int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        return head + new String(stream.readNBytes(bytes), StandardCharsets.UTF_8);
    }
}
