package dev.slipway.migrator.database;

/**
 * A text and the place where it was found.
 *
 * @param where the variable, the file, or the parameter of a URL, for messages
 */
record SourcedText(String value, String where) {
    /** Never the value: it may be a secret. */
    @Override
    public String toString() {
        return where;
    }
}
