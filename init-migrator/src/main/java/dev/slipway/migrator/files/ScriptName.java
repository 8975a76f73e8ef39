package dev.slipway.migrator.files;

import dev.slipway.migrator.files.MigrationFile.Kind;
import java.util.Optional;
import java.util.Set;

/**
 * What a file name says, by Flyway's rules: {@code V1.2__add_orders.sql}, {@code R__views.sql}, {@code B5__start.sql},
 * {@code U1.2__add_orders.sql}, and callbacks such as {@code afterMigrate__grants.sql}.
 */
sealed interface ScriptName {
    String SUFFIX = ".sql";

    /** For messages: what a good name looks like. */
    String EXPECTED =
            "V<version>__<description>.sql (two underscores), R__<description>.sql, or a callback such as afterMigrate.sql";

    /** The ids of Flyway's callback events; a test holds them against its own list. */
    Set<String> CALLBACKS = Set.of(
            "afterBaseline",
            "afterBaselineError",
            "afterBaselineOperationFinish",
            "afterClean",
            "afterCleanError",
            "afterCleanOperationFinish",
            "afterConnect",
            "afterEachMigrate",
            "afterEachMigrateError",
            "afterEachMigrateStatement",
            "afterEachMigrateStatementError",
            "afterEachUndo",
            "afterEachUndoError",
            "afterEachUndoStatement",
            "afterEachUndoStatementError",
            "afterInfo",
            "afterInfoError",
            "afterInfoOperationFinish",
            "afterMigrate",
            "afterMigrateApplied",
            "afterMigrateError",
            "afterMigrateOperationFinish",
            "afterRepair",
            "afterRepairError",
            "afterRepairOperationFinish",
            "afterReportGenerated",
            "afterUndo",
            "afterUndoError",
            "afterUndoOperationFinish",
            "afterValidate",
            "afterValidateError",
            "afterValidateOperationFinish",
            "afterVersioned",
            "beforeBaseline",
            "beforeClean",
            "beforeConnect",
            "beforeCreateSchema",
            "beforeEachMigrate",
            "beforeEachMigrateStatement",
            "beforeEachUndo",
            "beforeEachUndoStatement",
            "beforeInfo",
            "beforeMigrate",
            "beforeRepair",
            "beforeRepeatables",
            "beforeUndo",
            "beforeValidate",
            "createSchema");

    record Migration(Kind kind, Optional<Version> version, String description) implements ScriptName {}

    record Callback(String event) implements ScriptName {}

    /** @param reason what is wrong with the name, to follow "… is misnamed: " */
    record Misnamed(String reason) implements ScriptName {}

    /** @param fileName the last part of the path; must end with {@link #SUFFIX} */
    static ScriptName parse(String fileName) {
        String stem = fileName.substring(0, fileName.length() - SUFFIX.length());
        int separator = stem.indexOf("__");
        String event = separator < 0 ? stem : stem.substring(0, separator);
        if (CALLBACKS.contains(event)) {
            return new Callback(event);
        }
        Optional<Kind> kind = stem.isEmpty() ? Optional.empty() : Kind.ofPrefix(stem.charAt(0));
        if (kind.isEmpty()) {
            return new Misnamed("it starts with none of V, R, B and U and is no callback");
        }
        if (separator < 0) {
            return new Misnamed("two underscores have to separate the description");
        }
        return migration(kind.get(), stem.substring(1, separator), stem.substring(separator + 2));
    }

    private static ScriptName migration(Kind kind, String versionText, String descriptionText) {
        String description = descriptionText.replace('_', ' ');
        if (kind == Kind.REPEATABLE) {
            return versionText.isEmpty()
                    ? new Migration(kind, Optional.empty(), description)
                    : new Misnamed("a repeatable migration has no version, but it says '" + versionText + "'");
        }
        Optional<Version> version = Version.parse(versionText);
        return version.isPresent()
                ? new Migration(kind, version, description)
                : new Misnamed("'" + versionText + "' is not a version such as 1, 1.2 or 20260101120000");
    }
}
