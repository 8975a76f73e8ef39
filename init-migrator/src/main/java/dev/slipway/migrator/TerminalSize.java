package dev.slipway.migrator;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * The columns of a terminal: what {@code COLUMNS} says, else what {@code stty} says, else 80. Java cannot ask a terminal
 * by itself, so this starts a process, and does so only once text is to be fitted.
 */
final class TerminalSize implements IntSupplier {
    private static final int USUAL = 80;
    private static final int WIDEST = 10_000;

    private final Map<String, String> env;
    private final File device;

    TerminalSize(Map<String, String> env, File device) {
        this.env = env;
        this.device = device;
    }

    /** Asks a process that has the same file descriptors. */
    static boolean isTerminal(int descriptor) {
        try {
            Process test = new ProcessBuilder("test", "-t", Integer.toString(descriptor))
                    .inheritIO()
                    .start();
            return test.waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public int getAsInt() {
        int columns = number(env.getOrDefault("COLUMNS", ""));
        return columns > 0 ? columns : asked();
    }

    private int asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(device)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return USUAL;
            }
            String[] rowsAndColumns = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            int columns = rowsAndColumns.length == 2 ? number(rowsAndColumns[1]) : 0;
            return columns > 0 ? columns : USUAL;
        } catch (IOException noStty) {
            return USUAL;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return USUAL;
        }
    }

    /** 0 if it is none, or none that could be a width. */
    private static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            return number > WIDEST ? 0 : number;
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }
}
