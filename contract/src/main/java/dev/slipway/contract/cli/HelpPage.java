package dev.slipway.contract.cli;

import java.util.List;

/** Help as text: lines, and names with words beside them. Not thread-safe. */
public final class HelpPage {
    /** Longer lines are hard to read. */
    private static final int WIDEST = 100;

    private static final int NAME_COLUMN = 28;

    private final StringBuilder text = new StringBuilder();
    private final int width;

    /** @param width of the terminal, in columns */
    public HelpPage(int width) {
        this.width = Math.min(width, WIDEST);
    }

    /** Further lines are indented by two columns more than this one. */
    public void line(String line) {
        TextWrap.append(text, "", indentation(line) + 2, line, width);
    }

    private static int indentation(String line) {
        return line.length() - line.stripLeading().length();
    }

    /** A name and its words, in the column of the flags. */
    public void entry(String name, String words) {
        entry(name, NAME_COLUMN, words);
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
            entry((typed + ' ' + flag.valueName()).strip(), flag.help());
            if (!flag.note().isEmpty()) {
                entry("", flag.note());
            }
        }
    }

    /**
     * A name and its words; the words start at the column, on a line of their own if the name is longer. On a narrow
     * terminal the column is further to the left.
     */
    public void entry(String name, int column, String words) {
        int from = Math.min(column, Math.max(6, width / 3));
        String start = "  " + name;
        if (start.length() > from - 2) {
            TextWrap.append(text, start, 6, "", width);
            start = "";
        }
        TextWrap.append(text, padded(start, from), from, words, width);
    }

    private static String padded(String text, int column) {
        return text + " ".repeat(Math.max(0, column - text.length()));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
