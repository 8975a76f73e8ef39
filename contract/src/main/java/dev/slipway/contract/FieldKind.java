package dev.slipway.contract;

import java.util.regex.Pattern;

/**
 * What kind of text a field holds, and so how much of one that does not fit may be shown. Messages end in logs and
 * events, and people do paste a connection URL, a token or a key where a name belongs. What can be a slip in this kind
 * of field is shown as it is; of anything else only the first letters and the length.
 */
public enum FieldKind {
    /** One of a few words, such as {@code expand}. */
    WORD("[A-Za-z][-_A-Za-z]{0,15}"),
    /** A number with a unit, a duration, a version. */
    AMOUNT("[A-Za-z]{1,10}|[-+vV]?[0-9]{1,9}([._][0-9]{1,9}){0,3} ?[A-Za-z]{0,8}( ?[0-9]{1,9} ?[A-Za-z]{0,8})?"),
    /** Words with another word each, such as {@code hazards=fail}. */
    CHOICES("[a-z][-a-z]{0,19}(=[a-z]{0,8})?(,[a-z][-a-z]{0,19}(=[a-z]{0,8})?){0,8}"),
    /** A file or folder, written as an absolute path or from a dot on. */
    PATH("\\.{0,2}(/[-A-Za-z0-9._ ]{0,40}){1,20}"),
    /**
     * A name, a keyword and a name, or a few names with quotes or commas; also what else may be long, such as an
     * address.
     */
    NAME("([a-z]{1,12}:)?@| ?\"?@\"?( ?[,;] ?\"?@\"?){0,4} ?"
            .replace("@", "[A-Za-z0-9]([-._A-Za-z0-9]{0,28}[A-Za-z0-9])?"));

    private static final int MOST_LETTERS = 3;

    private final Pattern slip;

    FieldKind(String slip) {
        this.slip = Pattern.compile(slip);
    }

    /** In quotes, for "is '…'": the text, or its first letters and its length. */
    public String show(String text) {
        return slip.matcher(text).matches() ? "'" + text + "'" : masked(text);
    }

    /** The same without quotes if the whole text is shown, for paths in the middle of a sentence. */
    public String plain(String text) {
        return slip.matcher(text).matches() ? text : masked(text);
    }

    /** Never more than a quarter: of a short password nothing would be left to guess. */
    private static String masked(String text) {
        int most = Math.min(MOST_LETTERS, text.length() / 4);
        int letters = 0;
        while (letters < most && isLetter(text.charAt(letters))) {
            letters++;
        }
        return text.isEmpty() ? "''" : "'" + text.substring(0, letters) + "…' (" + length(text) + ")";
    }

    private static boolean isLetter(char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    }

    private static String length(String text) {
        int length = text.codePointCount(0, text.length());
        return length == 1 ? "1 character" : length + " characters";
    }
}
