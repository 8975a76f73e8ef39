package dev.slipway.migrator.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The half of a script that undoes the other: dbmate, goose, sql-migrate and others write both into one file, and
 * separate them by comments, which PostgreSQL ignores. Pure.
 *
 * @param line of the comment that begins it
 * @param mark that comment
 */
public record DownSection(int line, String mark) {
    private static final int LONGEST_MARK = 60;

    /**
     * Marks that are never written by accident: {@code migrate:down}, {@code +goose Down}, {@code +migrate Down},
     * {@code rambler down}, {@code //@UNDO}, {@code !Downs}, {@code Down Migration}, {@code create above / drop below}.
     */
    private static final Pattern DOWN =
            mark("(migrate:\\s*down|\\+\\s*(\\w+\\s+)?down|rambler\\s+down|//\\s*@\\s*undo|!\\s*downs?"
                    + "|down\\s+migration|create\\s+above\\s*/\\s*drop\\s+below)\\b.*");

    private static final Pattern UP = mark(
            "(migrate:\\s*up|\\+\\s*(\\w+\\s+)?up|rambler\\s+up|//\\s*@\\s*(up|do)|!\\s*ups?|up\\s+migration)\\b.*");

    /** A heading, which means something only if both halves have one. */
    private static final Pattern BARE_DOWN = mark("@?(down|undo|rollback|revert|backwards?)\\W*");

    private static final Pattern BARE_UP = mark("@?(up|do|apply|migrate|forwards?|deploy)\\W*");

    /** Most scripts contain none of these words and need no further check. */
    private static final Pattern ANY =
            Pattern.compile("(?im)^\\s*--.*(down|undo|rollback|revert|backward|drop\\s+below)");

    private static final Pattern ANY_UP = Pattern.compile("(?im)^\\s*--.*(up|do)");

    private static final Pattern NAMED_DOWN = Pattern.compile("(?i).*\\.(down|rollback|undo)\\.[a-z]+");

    /** Which half of a script a mark begins. */
    private record Mark(int offset, int line, String text, boolean down, boolean bare) {}

    private static Pattern mark(String words) {
        return Pattern.compile("(?i)--[-\\s=#*]*" + words);
    }

    /** In a script to apply: the first part with a statement that would undo the rest. */
    static Optional<DownSection> of(String script) {
        return ANY.matcher(script).find() ? first(script, true) : Optional.empty();
    }

    /** In an undo script: the first part with a statement that would repeat what the script should undo. */
    public static Optional<DownSection> upSectionOf(String undoScript) {
        return ANY_UP.matcher(undoScript).find() ? first(undoScript, false) : Optional.empty();
    }

    private static Optional<DownSection> first(String script, boolean down) {
        var splitter = new StatementSplitter(script);
        try {
            splitter.split();
        } catch (SqlSyntaxException saidElsewhere) {
            return Optional.empty();
        }
        List<Mark> marks = splitter.comments((comment, offset, line) -> read(splitter, comment, offset, line));
        boolean upBefore = false;
        for (int index = 0; index < marks.size(); index++) {
            Mark mark = marks.get(index);
            int end = index + 1 < marks.size() ? marks.get(index + 1).offset() : Integer.MAX_VALUE;
            boolean means = !mark.bare() || (mark.down() ? upBefore : hasDownAfter(marks, index));
            if (mark.down() == down && means && splitter.hasStatementIn(mark.offset(), end)) {
                return Optional.of(new DownSection(mark.line(), mark.text()));
            }
            upBefore |= !mark.down();
        }
        return Optional.empty();
    }

    private static boolean hasDownAfter(List<Mark> marks, int index) {
        return marks.subList(index + 1, marks.size()).stream().anyMatch(Mark::down);
    }

    private static Optional<Mark> read(StatementSplitter splitter, String comment, int offset, int line) {
        String text = comment.strip();
        if (!text.startsWith("--") || !splitter.beginsLine(offset)) {
            return Optional.empty();
        }
        boolean bareDown = BARE_DOWN.matcher(text).matches();
        boolean bareUp = BARE_UP.matcher(text).matches();
        boolean down = bareDown || DOWN.matcher(text).matches();
        if (!down && !bareUp && !UP.matcher(text).matches()) {
            return Optional.empty();
        }
        String shown = text.length() <= LONGEST_MARK ? text : text.substring(0, LONGEST_MARK) + "…";
        return Optional.of(new Mark(offset, line, shown, down, bareDown || bareUp));
    }

    /**
     * The reasons why a script must not be applied as it is, each to follow its name. Only pending scripts are checked,
     * because applied ones do not run again. golang-migrate and sqlx keep the halves in two files, distinguished by
     * name.
     */
    public static List<String> refusals(String script, String text) {
        var refusals = new ArrayList<String>();
        if (NAMED_DOWN.matcher(script).matches()) {
            refusals.add(
                    "is named as what undoes the rest, and it would run as well; make it an undo script of the same"
                            + " version (undo/U…), or rename it");
        }
        of(text).ifPresent(each -> refusals.add(each.refusal()));
        return refusals;
    }

    private String refusal() {
        return "line " + line + ": '" + mark
                + "' begins the part that undoes the rest, and it would run as well; split the"
                + " file: what undoes goes into an undo script of the same version (undo/U…)";
    }

    /** The same for an undo script, to follow its name. */
    public String refusalInUndo() {
        return "line " + line + ": '" + mark
                + "' begins the part that does what is to be undone, and it would run as well;"
                + " leave only what undoes in this file";
    }
}
