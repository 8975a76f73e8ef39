package dev.slipway.migrator.rollback;

import dev.slipway.contract.Problems;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.ledger.UndoSql;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The available undo scripts. Immutable.
 *
 * @param stored the scripts stored in the database
 * @param files the scripts in the folder; one without any statement counts as not written yet
 */
public record UndoScripts(Map<MigrationVersion, UndoSql> stored, Map<MigrationVersion, UndoSql> files) {
    public UndoScripts {
        stored = Map.copyOf(stored);
        files = Map.copyOf(files);
    }

    /** @param stored by the version as the history writes it */
    public static UndoScripts of(Map<String, UndoSql> stored, MigrationFolder folder, Problems problems) {
        var byVersion = new HashMap<MigrationVersion, UndoSql>();
        stored.forEach(
                (version, undo) -> MigrationVersion.parse(version).ifPresent(known -> byVersion.put(known, undo)));
        return new UndoScripts(byVersion, files(folder, problems));
    }

    private static Map<MigrationVersion, UndoSql> files(MigrationFolder folder, Problems problems) {
        var files = new HashMap<MigrationVersion, UndoSql>();
        for (MigrationFile file : folder.undos()) {
            try {
                var undo = UndoSql.of(file.script(), file.read());
                if (file.header().nothingToUndo() || hasStatement(undo)) {
                    files.put(file.version().orElseThrow(), undo);
                }
            } catch (IOException unreadable) {
                problems.add(file.path().toString(), "cannot be read: " + unreadable.getMessage());
            }
        }
        return files;
    }

    /** An unreadable script counts as written; it is read again, and refused, if it is needed. */
    private static boolean hasStatement(UndoSql undo) {
        try {
            return !SqlScript.parse(undo.sql()).statements().isEmpty();
        } catch (SqlSyntaxException malformed) {
            return true;
        }
    }

    Optional<UndoSql> stored(MigrationVersion version) {
        return Optional.ofNullable(stored.get(version));
    }

    Optional<UndoSql> file(MigrationVersion version) {
        return Optional.ofNullable(files.get(version));
    }
}
