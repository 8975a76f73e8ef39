package dev.slipway.webhook;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The webhook, until the file that its argument names is there: then its heap is filled, and stays full. */
public final class ExhaustedMain {
    private static final List<byte[]> HEAP = new ArrayList<>();

    private ExhaustedMain() {}

    public static void main(String[] args) {
        var thread = new Thread(() -> fill(Path.of(args[0])), "fill");
        thread.setDaemon(true);
        thread.start();
        WebhookMain.main(new String[0]);
    }

    private static void fill(Path trigger) {
        try {
            while (!Files.exists(trigger)) {
                Thread.sleep(50);
            }
            while (true) {
                HEAP.add(new byte[1 << 16]);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
