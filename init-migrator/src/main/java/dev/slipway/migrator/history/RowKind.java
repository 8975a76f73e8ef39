package dev.slipway.migrator.history;

import java.util.Set;

/** What a row of the history means, decided by its type, as written by Flyway 3 to 13. */
public enum RowKind {
    /** A versioned or repeatable script in SQL. */
    SCRIPT,
    /**
     * A migration in Java, or a program: applied, but not from a file of ours. An SQL script of its version may replace
     * it.
     */
    OTHER,
    /** The version at which a history begins, including one created by a baseline script. */
    BASELINE,
    /** Flyway created the schema itself. */
    SCHEMA,
    /** A repair has removed the migration from the history. */
    DELETED,
    /** The version was undone. */
    UNDONE,
    UNKNOWN;

    private static final Set<String> PROGRAMS = Set.of("JDBC", "SPRING_JDBC", "SCRIPT", "CUSTOM");

    private static final Set<String> BASELINES = Set.of(
            "BASELINE",
            "INIT",
            "SQL_BASELINE",
            "JDBC_BASELINE",
            "SCRIPT_BASELINE",
            "SQL_STATE_SCRIPT",
            "JDBC_STATE_SCRIPT");

    private static final Set<String> UNDO =
            Set.of("UNDO_SQL", "UNDO_JDBC", "UNDO_SPRING_JDBC", "UNDO_SCRIPT", "UNDO_CUSTOM");

    static RowKind of(String type) {
        if (type.equals("SQL")) {
            return SCRIPT;
        }
        if (BASELINES.contains(type)) {
            return BASELINE;
        }
        if (PROGRAMS.contains(type)) {
            return OTHER;
        }
        if (type.equals("DELETE")) {
            return DELETED;
        }
        if (UNDO.contains(type)) {
            return UNDONE;
        }
        return type.equals("SCHEMA") ? SCHEMA : UNKNOWN;
    }
}
