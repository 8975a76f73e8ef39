package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.SchemaAhead;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleRow;
import dev.slipway.migrator.drizzle.DrizzleTable;
import dev.slipway.migrator.files.Version;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.session.DatabaseIdentity;
import dev.slipway.migrator.sql.SqlLiteral;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The history table: is it there, can it be read, is it sound; and what the files say about it. */
final class HistoryCheck implements Check {
    private static final Set<String> ABSENT = Set.of("42P01", "3F000");

    /** A table that an older Slipway made has no such column. */
    private static final String UNDEFINED_COLUMN = "42703";

    private static final String APP_VERSION = PreflightCheck.APP_VERSION.word();
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String DELETED = "DELETE";
    private static final String UNDONE = "UNDO_SCRIPT";
    private static final int SHOWN = 5;

    /** Flyway's own types; with any other it refuses to work at all. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "SQL", "JDBC", "SCRIPT", "CUSTOM", "SCHEMA", "BASELINE", "SQL_BASELINE", "JDBC_BASELINE", UNDONE, DELETED);

    private static final Set<String> BASELINES = Set.of("BASELINE", "SQL_BASELINE", "JDBC_BASELINE");

    private final Settings settings;
    private final HistoryTable history;
    private final Optional<DrizzleTable> drizzle;
    private final Function<Recorded, MigrationState> migrations;

    HistoryCheck(
            Settings settings,
            HistoryTable history,
            Optional<DrizzleTable> drizzle,
            Function<Recorded, MigrationState> migrations) {
        this.settings = settings;
        this.history = history;
        this.drizzle = drizzle;
        this.migrations = migrations;
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public List<String> questions() {
        List<String> ours = List.of(
                "select installed_rank, version, description, type, script, checksum, installed_by, installed_on::text,"
                        + " execution_time, success from " + history.quoted() + " order by installed_rank",
                ExistingSchema.question(SqlLiteral.of(history.schema())),
                RunLedger.oldestAppVersionsQuestion(history, SqlLiteral.of(history.table())),
                OpenAttempts.question(history),
                DatabaseIdentity.QUESTION);
        return Stream.concat(ours.stream(), drizzle.map(DrizzleTable::question).stream())
                .toList();
    }

    @Override
    public List<Finding> judge(List<Answer> answers) {
        List<DrizzleRow> drizzleRows = List.of();
        if (drizzle.isPresent()) {
            Answer answer = answers.get(answers.size() - 1);
            if (answer instanceof Answer.Rows rows) {
                drizzleRows = rows.rows().stream().map(HistoryCheck::drizzleRow).toList();
            } else if (!(answer instanceof Answer.Refused refused && DrizzleTable.isAbsence(refused.sqlState()))) {
                return List.of(drizzleUnreadable(drizzle.get(), answer));
            }
        }
        if (!isReadable(answers.get(2))) {
            return Stream.concat(
                            judge(answers, drizzleRows, Map.of()).stream()
                                    .filter(finding -> !finding.check().equals(APP_VERSION)),
                            Stream.of(Check.unanswered(APP_VERSION, answers.get(2))))
                    .toList();
        }
        return judge(answers, drizzleRows, oldestAppVersions(answers.get(2)));
    }

    private static boolean isReadable(Answer ledger) {
        return ledger instanceof Answer.Rows
                || (ledger instanceof Answer.Refused refused
                        && (ABSENT.contains(refused.sqlState())
                                || refused.sqlState().equals(UNDEFINED_COLUMN)));
    }

    private static Map<String, String> oldestAppVersions(Answer ledger) {
        var oldest = new HashMap<String, String>();
        if (ledger instanceof Answer.Rows rows) {
            rows.rows().forEach(row -> oldest.put(row.getString(0), row.getString(1)));
        }
        return oldest;
    }

    /** None if there is no table, or one of an earlier version. */
    private static OpenAttempts attempts(Answer answer) {
        var texts = new ArrayList<List<String>>();
        if (answer instanceof Answer.Rows rows) {
            for (Row row : rows.rows()) {
                texts.add(IntStream.range(0, OpenAttempts.COLUMNS)
                        .mapToObj(row::getString)
                        .toList());
            }
        }
        return OpenAttempts.of(texts);
    }

    private List<Finding> judge(List<Answer> answers, List<DrizzleRow> drizzleRows, Map<String, String> oldest) {
        var recorded = new Recorded(List.of(), drizzleRows, attempts(answers.get(3)), identity(answers.get(4)), oldest);
        if (answers.get(0) instanceof Answer.Rows rows) {
            return present(recorded.withRows(
                    rows.rows().stream().map(HistoryCheck::historyRow).toList()));
        }
        if (answers.get(0) instanceof Answer.Refused refused) {
            return ABSENT.contains(refused.sqlState())
                    ? absent(answers.get(1), recorded)
                    : List.of(unreadable(refused));
        }
        return List.of(Check.unanswered(name(), answers.get(0)));
    }

    private static List<String> texts(Answer answer) {
        return answer instanceof Answer.Rows rows
                ? rows.rows().stream().map(row -> row.getString(0)).toList()
                : List.of();
    }

    private static Optional<DatabaseIdentity> identity(Answer answer) {
        return answer instanceof Answer.Rows rows
                ? rows.rows().stream().findFirst().map(row -> new DatabaseIdentity(row.getString(0), row.getString(1)))
                : Optional.empty();
    }

    private Finding drizzleUnreadable(DrizzleTable table, Answer answer) {
        return answer instanceof Answer.Refused refused && refused.sqlState().startsWith("42")
                ? Finding.refuse(
                        name(),
                        "Drizzle's history table " + table + " cannot be read: " + refused.message() + " ("
                                + refused.sqlState() + ")",
                        "name the right table in " + Setting.DRIZZLE_TABLE.flag()
                                + ", or grant this role what Drizzle's has")
                : Check.unanswered(name(), answer);
    }

    List<Finding> present(Recorded recorded) {
        List<HistoryRow> rows = recorded.rows();
        var findings = new ArrayList<Finding>();
        rows.forEach(row -> damage(row).ifPresent(findings::add));
        duplicates(rows).forEach(findings::add);
        if (findings.isEmpty()) {
            findings.add(Finding.pass(name(), history.quoted() + " has " + rows.size() + " rows"));
        }
        findings.addAll(state(migrations.apply(recorded)));
        return findings;
    }

    private List<Finding> absent(Answer contentAnswer, Recorded recorded) {
        if (!(contentAnswer instanceof Answer.Rows contentRows)) {
            return List.of(Check.unanswered(name(), contentAnswer));
        }
        List<String> content = texts(contentRows);
        var findings = new ArrayList<Finding>();
        findings.add(
                recorded.drizzle().isEmpty()
                        ? withoutHistory(content)
                        : Finding.pass(
                                name(),
                                "none yet; Drizzle's, with "
                                        + recorded.drizzle().size() + " migrations, will be taken over"));
        List<HistoryRow> adopted = ExistingSchema.adopted(content, settings.get(Setting.BASELINE_VERSION));
        findings.addAll(state(migrations.apply(recorded.withRows(adopted))));
        return findings;
    }

    /** @param content names of what lies in the schema, perhaps not all */
    Finding withoutHistory(List<String> content) {
        Optional<String> baseline = settings.get(Setting.BASELINE_VERSION);
        if (content.isEmpty()) {
            return Finding.pass(name(), "none yet, and schema " + history.schema() + " is empty");
        }
        if (baseline.isPresent()) {
            return Finding.pass(name(), "none yet; the existing schema will be adopted as version " + baseline.get());
        }
        return Finding.fail(
                name(),
                "schema " + history.schema() + " has content (" + shorten(content) + ") but no table "
                        + history.quoted(),
                "check the schema and the database name; if this schema is meant, adopt it with "
                        + Setting.BASELINE_VERSION.flag()
                        + ": the version up to which its migrations are applied already",
                ExitCode.HISTORY_DIFFERS);
    }

    private Finding unreadable(Answer.Refused refused) {
        if (refused.sqlState().equals(INSUFFICIENT_PRIVILEGE)) {
            return Finding.refuse(
                    name(),
                    history.quoted() + " must not be read: " + refused.message(),
                    "as an administrator: grant select, insert, update, delete on " + history.quoted()
                            + " to this role");
        }
        if (refused.sqlState().startsWith("42")) {
            return Finding.refuse(
                    name(),
                    history.quoted() + " is not a history that Flyway wrote: " + refused.message() + " ("
                            + refused.sqlState() + ")",
                    "give the right table in " + Setting.HISTORY_TABLE.flag() + ", or restore it from a backup");
        }
        return Check.unanswered(name(), refused);
    }

    private Optional<Finding> damage(HistoryRow row) {
        if (!UNDERSTOOD.contains(row.type())) {
            return Optional.of(Finding.refuse(
                    name(),
                    row.label() + " has the type " + row.type() + ", which only a paid Flyway reads",
                    "undo it in the open format: delete the rows of this version from " + history.quoted()
                            + ", if its change was really undone"));
        }
        if (!row.success()) {
            return Optional.of(Finding.refuse(
                    name(),
                    row.label() + " (" + row.script() + ") is marked as failed: another tool ran it outside a"
                            + " transaction and did not finish",
                    "look at what it left and undo that by hand; then run 'slipway repair', which removes the mark"));
        }
        return Optional.empty();
    }

    private List<Finding> duplicates(List<HistoryRow> rows) {
        var findings = new ArrayList<Finding>();
        Map<String, HistoryRow> seen = new HashMap<>();
        for (HistoryRow row : rows) {
            if (row.versionText().isEmpty() || !row.success() || BASELINES.contains(row.type())) {
                continue;
            }
            if (!isApplied(row)) {
                seen.remove(row.versionText());
                continue;
            }
            HistoryRow earlier = seen.put(row.versionText(), row);
            if (earlier != null) {
                findings.add(Finding.refuse(
                        name(),
                        row.label() + " was applied twice: ranks " + earlier.rank() + " and " + row.rank(),
                        "find out what the second run changed; then delete one of the two rows from "
                                + history.quoted()));
            }
        }
        return findings;
    }

    /** After a deletion or an undo the version may be applied anew. */
    private static boolean isApplied(HistoryRow row) {
        return UNDERSTOOD.contains(row.type())
                && !row.type().equals(DELETED)
                && !row.type().equals(UNDONE);
    }

    /** What the files say. */
    List<Finding> state(MigrationState state) {
        var findings = new ArrayList<Finding>();
        findings.add(Finding.pass(
                "migrations", state.applied() + " applied, " + pending(state.pending()) + held(state.held())));
        findings.addAll(refusals(state, PreflightCheck.MIGRATIONS));
        for (String drift : state.drift()) {
            findings.add(Finding.fail("drift", drift, ExitCode.HISTORY_DIFFERS.wayOut(), ExitCode.HISTORY_DIFFERS));
        }
        if (!state.ahead().isEmpty()) {
            findings.add(ahead(state.ahead()));
        } else if (state.drift().isEmpty()) {
            findings.add(Finding.pass("drift", "files and history agree"));
        }
        findings.addAll(appVersion(state));
        for (String hazard : state.hazards()) {
            findings.add(Finding.warn("hazards", hazard, ""));
        }
        if (state.hazards().isEmpty() && !state.pending().isEmpty()) {
            findings.add(Finding.pass("hazards", "none known in the pending SQL"));
        }
        return findings;
    }

    private List<Finding> appVersion(MigrationState state) {
        List<Finding> refusals = refusals(state, PreflightCheck.APP_VERSION);
        return refusals.isEmpty() ? List.of(oldEnough(state.oldestAppVersion())) : refusals;
    }

    private Finding oldEnough(Optional<String> oldest) {
        String ours = settings.get(Setting.APP_VERSION)
                .map(version -> "this is " + version)
                .orElse("which this is was not said, but its files know the migration");
        return Finding.pass(
                APP_VERSION,
                oldest.map(version -> "the schema needs version " + version + " of the application or newer; " + ours)
                        .orElse("no migration asks for a version of the application"));
    }

    private static List<Finding> refusals(MigrationState state, PreflightCheck check) {
        return state.refusals().stream()
                .filter(refusal -> refusal.check() == check)
                .map(refusal -> Finding.fail(check.word(), refusal.seen(), refusal.wayOut(), refusal.exitCode()))
                .toList();
    }

    private Finding ahead(List<String> ahead) {
        String seen = "the database is ahead of these files: " + shorten(ahead);
        return settings.get(Setting.SCHEMA_AHEAD) == SchemaAhead.FAIL
                ? Finding.fail(
                        "drift",
                        seen,
                        "deploy an image that has these migrations, or set " + Setting.SCHEMA_AHEAD.flag() + " allow",
                        ExitCode.HISTORY_DIFFERS)
                : Finding.warn(
                        "drift", seen, "expected after an application rollback; otherwise deploy the newer image");
    }

    private static String held(List<String> scripts) {
        return scripts.isEmpty() ? "" : ", " + scripts.size() + " held for phase contract: " + shorten(scripts);
    }

    private static String pending(List<String> scripts) {
        return scripts.isEmpty() ? "none pending" : scripts.size() + " pending: " + shorten(scripts);
    }

    private static String shorten(List<String> names) {
        return names.size() <= SHOWN
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, SHOWN)) + " and " + (names.size() - SHOWN) + " more";
    }

    private static DrizzleRow drizzleRow(Row row) {
        return new DrizzleRow(
                row.getLong(0),
                String.valueOf(row.getString(1)),
                Optional.ofNullable(row.getLong(2)),
                Optional.ofNullable(row.getString(3)),
                row.getBoolean(4));
    }

    private static HistoryRow historyRow(Row row) {
        String version = row.getString(1);
        return new HistoryRow(
                row.getInteger(0),
                version == null ? Optional.empty() : Version.parse(version),
                version == null ? "" : version,
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getInteger(5)),
                row.getString(6),
                row.getString(7),
                row.getInteger(8),
                row.getBoolean(9));
    }
}
