package dev.slipway.webhook.log;

import java.io.OutputStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Sends every log line of the process, the libraries' included, to one stream as JSON. */
public final class JsonLog {
    private JsonLog() {}

    /** Replaces whatever was configured before. Call it before anything is logged, so that it holds until the end. */
    public static void install(OutputStream stream) {
        System.setProperty(JsonLogManager.PROPERTY, JsonLogManager.class.getName());
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.INFO);
        root.addHandler(flushing(stream));
    }

    private static Handler flushing(OutputStream stream) {
        return new StreamHandler(stream, new JsonFormatter()) {
            @Override
            public synchronized void publish(LogRecord line) {
                super.publish(line);
                flush();
            }
        };
    }
}
