package dev.slipway.contract.cli;

import java.util.List;

/** Help as text of a hundred columns: lines, and names with words beside them. Not thread-safe. */
public final class HelpPage {
    private static final int WIDTH = 100;
    private static final int NAME_COLUMN = 28;

    private final StringBuilder text = new StringBuilder();

    public void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    /** Lines that are ready, with a line feed behind the last. */
    public void text(String lines) {
        text.append(lines);
    }

    /** The commands, each with its line. */
    public void verbs(List<? extends Verb> verbs) {
        line("");
        line("Commands");
        int column = 0;
        for (Verb verb : verbs) {
            column = Math.max(column, verb.word().length() + 4);
        }
        for (Verb verb : verbs) {
            entry(verb.word(), column, verb.help());
        }
    }

    /** A title and its flags; nothing if there are none. */
    public void flags(String title, List<Flag> flags) {
        if (flags.isEmpty()) {
            return;
        }
        line("");
        line(title);
        for (Flag flag : flags) {
            String typed = flag.letter().isEmpty() ? flag.name() : flag.letter() + ", " + flag.name();
            entry((typed + ' ' + flag.valueName()).strip(), NAME_COLUMN, flag.help());
            if (!flag.note().isEmpty()) {
                entry("", NAME_COLUMN, flag.note());
            }
        }
    }

    /** A name and its words; the words start at the column, on a line of their own if the name is longer. */
    public void entry(String name, int column, String words) {
        String start = "  " + name;
        if (start.length() > column - 2) {
            line(start);
            start = "";
        }
        var line = new StringBuilder(padded(start, column));
        for (String word : words.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > column) {
                line(line.toString());
                line.setLength(0);
                line.append(padded("", column));
            }
            line.append(word).append(' ');
        }
        line(line.toString());
    }

    private static String padded(String text, int column) {
        return text + " ".repeat(Math.max(0, column - text.length()));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
