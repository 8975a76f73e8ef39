package dev.slipway.migrator.files;

import dev.slipway.migrator.files.MigrationFile.Kind;
import java.util.Optional;
import java.util.Set;

/**
 * What a file name says, as {@link Naming} reads it: {@code V1.2__add_orders.sql}, {@code R__views.sql},
 * {@code B5__start.sql}, {@code U1.2__add_orders.sql}, and callbacks such as {@code afterMigrate__grants.sql}.
 */
public sealed interface ScriptName {
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

    record Migration(Kind kind, Optional<MigrationVersion> version, String description) implements ScriptName {}

    /** @param name event and description: two callbacks must not share a name */
    record Callback(String event, String name) implements ScriptName {}

    /** The configuration file of a script. */
    record Options() implements ScriptName {}

    /**
     * Looks like a script but is not one.
     *
     * @param reason the reason and the way out, to follow the name of the file
     * @param reasonOfMany the same without what is specific to this file, for a folder full of them
     */
    record Refused(String reason, String reasonOfMany) implements ScriptName {
        Refused(String reason) {
            this(reason, reason);
        }
    }

    /** Neither a script nor similar to one. */
    record Other() implements ScriptName {}
}
