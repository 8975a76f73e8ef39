package dev.slipway.webhook.log;

import java.util.logging.LogManager;

/**
 * The JDK's own manager closes every handler as soon as the process is told to end, while this program still drains and
 * has things to say. Made by the JDK through its name.
 */
public final class JsonLogManager extends LogManager {
    static final String PROPERTY = "java.util.logging.manager";

    @Override
    public void reset() {
        // The handlers live as long as the process.
    }
}
