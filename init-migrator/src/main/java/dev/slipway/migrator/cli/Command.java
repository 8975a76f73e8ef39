package dev.slipway.migrator.cli;

import dev.slipway.contract.Setting;
import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the program can do, in the order of the help text. */
public enum Command implements Verb {
    PREFLIGHT(
            "check whether the database can be migrated, and print what was seen",
            List.of(Option.JSON),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.SCHEMA_AHEAD,
                    Setting.OUT_OF_ORDER,
                    Setting.RESTORE_POINT,
                    Setting.BASELINE_VERSION,
                    Setting.PHASE,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT,
                    Setting.PREFLIGHT_CHECKS)),
    MIGRATE(
            "bring the schema up to date, or wait for the replica that does",
            List.of(Option.PREFLIGHT),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.WAIT_TIMEOUT,
                    Setting.LOCK_TIMEOUT,
                    Setting.STATEMENT_TIMEOUT,
                    Setting.SCHEMA_AHEAD,
                    Setting.OUT_OF_ORDER,
                    Setting.RESTORE_POINT,
                    Setting.BASELINE_VERSION,
                    Setting.PHASE,
                    Setting.APP_VERSION,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT,
                    Setting.PREFLIGHT_CHECKS)),
    STATUS(
            "show which migrations are applied, and which are pending",
            List.of(Option.JSON),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.OUT_OF_ORDER,
                    Setting.BASELINE_VERSION,
                    Setting.PHASE,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT)),
    VALIDATE(
            "compare the files with the history; changes nothing",
            List.of(),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.SCHEMA_AHEAD,
                    Setting.OUT_OF_ORDER,
                    Setting.BASELINE_VERSION,
                    Setting.PHASE,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT)),
    PLAN(
            "show what would run, and the locks that it would take; changes nothing",
            List.of(Option.JSON, Option.ALL),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.OUT_OF_ORDER,
                    Setting.BASELINE_VERSION,
                    Setting.PHASE,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT)),
    LINT(
            "judge the scripts that are not released yet, before the merge; needs no database",
            List.of(Option.SINCE, Option.RELEASED, Option.DATABASE, Option.FORMAT, Option.FAIL_ON, Option.SEVERITY),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.OUT_OF_ORDER,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT)),
    BASELINE(
            "adopt an existing schema as --baseline-version",
            List.of(),
            List.of(Setting.BASELINE_VERSION, Setting.WAIT_TIMEOUT)),
    REPAIR(
            "remove the traces of failed migrations from the history, and take over edited files",
            List.of(Option.YES),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DRIZZLE_TABLE,
                    Setting.WAIT_TIMEOUT,
                    Setting.OUT_OF_ORDER,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT)),
    ROLLBACK(
            "undo migrations, the newest first, down to a version",
            List.of(Option.TO, Option.CONFIRM, Option.DRY_RUN, Option.DELAY, Option.NO_DELAY, Option.UNDO_FROM),
            List.of(
                    Setting.MIGRATIONS,
                    Setting.MIGRATIONS_FORMAT,
                    Setting.WAIT_TIMEOUT,
                    Setting.LOCK_TIMEOUT,
                    Setting.STATEMENT_TIMEOUT,
                    Setting.PLACEHOLDERS,
                    Setting.PLACEHOLDER_REPLACEMENT)),
    DRIFT(
            "show what was changed in the schema by hand since the last migration",
            List.of(Option.JSON, Option.ACCEPT),
            List.of(Setting.WAIT_TIMEOUT)),
    NEW(
            "write an empty migration and the script that undoes it; needs no database",
            "DESCRIPTION",
            List.of(),
            List.of(Setting.MIGRATIONS, Setting.MIGRATIONS_FORMAT));

    /** Settings of every command that reads migrations: how their files are named. */
    private static final List<Setting<?>> NAMES = List.of(
            Setting.MIGRATION_PREFIX,
            Setting.REPEATABLE_PREFIX,
            Setting.UNDO_PREFIX,
            Setting.MIGRATION_SEPARATOR,
            Setting.MIGRATION_SUFFIXES,
            Setting.MISSING_LOCATIONS);

    /** Settings of every command that connects: where to, and as which replica. */
    private static final List<Setting<?>> COMMON = List.of(
            Setting.DATABASE_DIR,
            Setting.DATABASE_URL_KEY,
            Setting.SCHEMA,
            Setting.CREATE_SCHEMA,
            Setting.HISTORY_TABLE,
            Setting.CONNECT_TIMEOUT,
            Setting.POD_NAMESPACE,
            Setting.POD_NAME,
            Setting.PUSH_GATEWAY,
            Setting.OTLP_ENDPOINT,
            Setting.CONFIG,
            Setting.LOG_FORMAT,
            Setting.COLOR,
            Setting.TERMINATION_LOG);

    private final String help;
    private final String operand;

    @SuppressWarnings("ImmutableEnumChecker") // always List.of
    private final List<Flag> options;

    @SuppressWarnings("ImmutableEnumChecker") // always List.of
    private final List<Setting<?>> settings;

    Command(String help, List<Flag> options, List<Setting<?>> settings) {
        this(help, "", options, settings);
    }

    Command(String help, String operand, List<Flag> options, List<Setting<?>> settings) {
        this.help = help;
        this.operand = operand;
        this.options = options;
        this.settings = settings;
    }

    @Override
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public String operand() {
        return operand;
    }

    /** Whether it needs a database, or may use one. */
    public boolean connects() {
        return this != NEW;
    }

    @Override
    public List<Flag> flags() {
        return options;
    }

    /** Every command accepts all of them, as the environment may hold all. */
    @Override
    public List<Flag> sharedFlags() {
        var all = new ArrayList<>(settings);
        if (settings.contains(Setting.MIGRATIONS)) {
            all.addAll(NAMES);
        }
        if (connects()) {
            all.addAll(COMMON);
        } else {
            all.add(Setting.CONFIG);
            all.add(Setting.LOG_FORMAT);
            all.add(Setting.COLOR);
        }
        return CommandLine.flags(all);
    }

    @Override
    public String more() {
        return "slipway --help explains how the database is named, and all exit codes.\n";
    }
}
