package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.sql.SqlLiteral;
import java.util.ArrayList;
import java.util.List;

/**
 * What a repair changes in the history, the same as Flyway's repair: it removes rows of failed migrations, accepts
 * changed files, and marks migrations without a file as deleted. It leaves what only a person can decide. Pure.
 *
 * @param removed the labels of failed migrations
 * @param aligned the labels of changed files
 * @param deleted the labels of migrations whose file is gone
 * @param statements that do all this, in one transaction
 */
public record HistoryRepair(List<String> removed, List<String> aligned, List<String> deleted, List<String> statements) {
    /** The width of the column; descriptions are always short enough. */
    private static final int LONGEST_SCRIPT = 1000;

    public static HistoryRepair of(HistoryTable table, Comparison comparison) {
        var repair = new HistoryRepair(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (HistoryFlaw flaw : comparison.flaws()) {
            if (flaw.kind() == HistoryFlaw.Kind.FAILED) {
                repair.removed.add(flaw.row().label());
                repair.statements.add("delete from " + table.quoted() + " where installed_rank = "
                        + flaw.row().rank() + " and not success");
            }
        }
        for (Difference difference : comparison.differences()) {
            difference.row().ifPresent(row -> repair.settle(table, difference, row));
        }
        for (HistoryRow row : comparison.retired()) {
            repair.markDeleted(table, row);
        }
        return repair;
    }

    private void settle(HistoryTable table, Difference difference, HistoryRow row) {
        difference
                .file()
                .ifPresentOrElse(
                        file -> {
                            aligned.add(difference.label());
                            statements.add(takeOver(table, row, file));
                        },
                        () -> markDeleted(table, row));
    }

    private static String takeOver(HistoryTable table, HistoryRow row, MigrationFile file) {
        return "update " + table.quoted() + " set description = "
                + SqlLiteral.of(file.description()) + ", script = "
                + SqlLiteral.of(cut(file.script())) + ", checksum = " + file.checksum()
                + " where installed_rank = " + row.rank();
    }

    private static String cut(String script) {
        return script.length() <= LONGEST_SCRIPT ? script : script.substring(0, LONGEST_SCRIPT);
    }

    private void markDeleted(HistoryTable table, HistoryRow row) {
        deleted.add(row.label());
        statements.add("insert into " + table.quoted()
                + " (installed_rank, version, description, type, script, checksum,"
                + " installed_by, execution_time, success) select (select max(installed_rank) + 1 from "
                + table.quoted()
                + "), version, description, 'DELETE', script, checksum, current_user, 0, true from " + table.quoted()
                + " where installed_rank = " + row.rank());
    }

    public boolean isNeeded() {
        return !statements.isEmpty();
    }
}
