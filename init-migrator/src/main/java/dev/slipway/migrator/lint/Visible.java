package dev.slipway.migrator.lint;

/** Texts of files on a line of a terminal or a log: no control character of theirs may act there. */
final class Visible {
    private Visible() {}

    static String line(String text) {
        var line = new StringBuilder(text.length());
        text.codePoints().forEach(each -> line.appendCodePoint(isHarmless(each) ? each : '\uFFFD'));
        return line.toString();
    }

    /** Control characters move the cursor; those that turn the direction of writing hide what a line says. */
    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SURROGATE -> false;
            default -> true;
        };
    }
}
