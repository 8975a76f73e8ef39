package dev.slipway.migrator.report;

import dev.slipway.contract.Colour;
import dev.slipway.contract.cli.TextWrap;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What is at the other end of an output: a terminal, or else a file, a pipe or a log. Thread-safe. */
public final class Terminal {
    /** Neither colours nor a width. */
    public static final Terminal NONE = new Terminal(false, null, Optional.empty());

    /** Below this, text would be a column of single words. */
    private static final int NARROWEST = 20;

    private final boolean colour;
    private final @Nullable IntSupplier size;
    private final Optional<InputStream> keyboard;
    private volatile int width;

    /**
     * @param colour whether to use colours
     * @param size asks for the number of columns; null if this is no terminal
     * @param keyboard if a person can answer a question; empty if there is none
     */
    public Terminal(boolean colour, @Nullable IntSupplier size, Optional<InputStream> keyboard) {
        this.colour = colour;
        this.size = size;
        this.keyboard = keyboard;
    }

    /**
     * Whether to use colours: {@code NO_COLOR} and {@code CLICOLOR_FORCE} count if they are not empty, and a terminal of
     * the type {@code dumb}, or of none, has no colours.
     */
    public static boolean wantsColour(Colour asked, Map<String, String> env, boolean terminal) {
        if (asked != Colour.AUTO) {
            return asked == Colour.ALWAYS;
        }
        if (!env.getOrDefault("NO_COLOR", "").isEmpty()) {
            return false;
        }
        String forced = env.getOrDefault("CLICOLOR_FORCE", "");
        return (!forced.isEmpty() && !forced.equals("0"))
                || (terminal && !env.getOrDefault("TERM", "dumb").equals("dumb"));
    }

    public Optional<InputStream> keyboard() {
        return keyboard;
    }

    /** Whether a line can be written over: on a terminal that understands more than text. */
    public boolean rewrites() {
        return colour && size != null;
    }

    /** In columns; {@link TextWrap#UNLIMITED} if this is no terminal. Asked for once. */
    public int width() {
        if (width == 0) {
            width = size == null ? TextWrap.UNLIMITED : Math.max(NARROWEST, size.getAsInt());
        }
        return width;
    }

    public String red(String text) {
        return coloured("31", text);
    }

    public String green(String text) {
        return coloured("32", text);
    }

    public String yellow(String text) {
        return coloured("33", text);
    }

    private String coloured(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
