package dev.slipway.e2e.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Standard output: headings, indented lines, and colours if a terminal shows them. Thread-safe. */
final class Screen {
    /** How a text is meant; without colours, its words say the same. */
    enum Tone {
        PLAIN(""),
        STRONG("1"),
        FAINT("2"),
        GOOD("32"),
        BAD("31");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    private static final int WIDTH = 110;

    private final PrintStream out;
    private final boolean colours;

    Screen(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** A blank line and a heading. */
    void heading(String text) {
        line("");
        line(Tone.STRONG, text);
    }

    void line(String text) {
        line(Tone.PLAIN, text);
    }

    void line(Tone tone, String text) {
        synchronized (out) {
            out.println(paint(tone, text));
            out.flush();
        }
    }

    /** A text of any length, broken between words, each line of it indented. */
    void paragraph(Tone tone, String indent, String text) {
        for (String each : wrap(text, WIDTH - indent.length())) {
            line(tone, indent + each);
        }
    }

    /** The text in the tone's colour, for parts of lines. */
    String paint(Tone tone, String text) {
        return colours && !tone.code.isEmpty() && !text.isEmpty()
                ? "\u001b[" + tone.code + "m" + text + "\u001b[0m"
                : text;
    }

    static List<String> wrap(String text, int width) {
        var lines = new ArrayList<String>();
        for (String paragraph : text.split("\n", -1)) {
            var line = new StringBuilder();
            for (String word : paragraph.split(" ", -1)) {
                if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.length() > 0 ? " " : "").append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
