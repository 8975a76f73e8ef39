package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleRow;
import dev.slipway.migrator.drizzle.DrizzleTable;
import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.ExistingSchema.Neighbour;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.lock.Holder.Blocker;
import dev.slipway.migrator.lock.LockedTable;
import dev.slipway.migrator.session.DatabaseIdentity;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Checks whether the history table exists, is readable and sound, and compares it with the files. */
final class HistoryCheck implements Check {
    private static final String APP_VERSION = PreflightCheck.APP_VERSION.word();
    private static final int SHOWN = 5;

    private final Settings settings;
    private final HistoryTable history;
    private final Optional<DrizzleTable> drizzle;
    private final Function<RecordedState, MigrationState> migrations;

    HistoryCheck(
            Settings settings,
            HistoryTable history,
            Optional<DrizzleTable> drizzle,
            Function<RecordedState, MigrationState> migrations) {
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
                history.rowsQuestion(),
                ExistingSchema.question(history),
                RunLedger.oldestAppVersionsQuestion(history),
                OpenAttempts.question(history),
                DatabaseIdentity.QUESTION,
                LockedTable.question(history));
        return Stream.concat(ours.stream(), drizzle.map(DrizzleTable::question).stream())
                .toList();
    }

    @Override
    public List<Finding> judge(List<ServerAnswer> answers) {
        if (answers.stream().anyMatch(HistoryCheck::isLocked)) {
            return List.of(locked(answers.get(5)));
        }
        List<DrizzleRow> drizzleRows = List.of();
        if (drizzle.isPresent()) {
            ServerAnswer answer = answers.get(answers.size() - 1);
            if (answer instanceof ServerAnswer.Rows rows) {
                drizzleRows = rows.rows().stream().map(HistoryCheck::drizzleRow).toList();
            } else if (!(answer instanceof ServerAnswer.Refused refused && SqlState.isAbsence(refused.sqlState()))) {
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

    private static boolean isReadable(ServerAnswer ledger) {
        return ledger instanceof ServerAnswer.Rows
                || (ledger instanceof ServerAnswer.Refused refused && SqlState.isAbsenceOrOlder(refused.sqlState()));
    }

    private static Map<String, String> oldestAppVersions(ServerAnswer ledger) {
        var oldest = new HashMap<String, String>();
        if (ledger instanceof ServerAnswer.Rows rows) {
            rows.rows().forEach(row -> oldest.put(row.getString(0), row.getString(1)));
        }
        return oldest;
    }

    /** Returns none if the table does not exist or was created by an earlier version. */
    private static OpenAttempts attempts(ServerAnswer answer) {
        var texts = new ArrayList<List<String>>();
        if (answer instanceof ServerAnswer.Rows rows) {
            for (Row row : rows.rows()) {
                texts.add(IntStream.range(0, OpenAttempts.COLUMNS)
                        .mapToObj(row::getString)
                        .toList());
            }
        }
        return OpenAttempts.of(texts);
    }

    private List<Finding> judge(List<ServerAnswer> answers, List<DrizzleRow> drizzleRows, Map<String, String> oldest) {
        var recorded =
                new RecordedState(List.of(), drizzleRows, attempts(answers.get(3)), identity(answers.get(4)), oldest);
        if (answers.get(0) instanceof ServerAnswer.Rows rows) {
            RecordedState seen = existing(answers.get(1))
                    .map(schema -> recorded.in(schema, true))
                    .orElse(recorded);
            return present(seen.withRows(
                    rows.rows().stream().map(HistoryCheck::historyRow).toList()));
        }
        if (answers.get(0) instanceof ServerAnswer.Refused refused) {
            return SqlState.isAbsence(refused.sqlState())
                    ? absent(answers.get(1), recorded)
                    : List.of(unreadable(refused));
        }
        return List.of(Check.unanswered(name(), answers.get(0)));
    }

    private static Optional<DatabaseIdentity> identity(ServerAnswer answer) {
        return answer instanceof ServerAnswer.Rows rows
                ? rows.rows().stream().findFirst().map(row -> new DatabaseIdentity(row.getString(0), row.getString(1)))
                : Optional.empty();
    }

    private Finding drizzleUnreadable(DrizzleTable table, ServerAnswer answer) {
        return answer instanceof ServerAnswer.Refused refused
                        && refused.sqlState().startsWith("42")
                ? Finding.refuse(
                        name(),
                        "Drizzle's history table " + table + " cannot be read: " + refused.message() + " ("
                                + refused.sqlState() + ")",
                        "name the right table in " + Setting.DRIZZLE_TABLE.flag()
                                + ", or grant this role what Drizzle's has")
                : Check.unanswered(name(), answer);
    }

    List<Finding> present(RecordedState recorded) {
        MigrationState state = migrations.apply(recorded);
        return findings(state, history.quoted() + " has " + recorded.rows().size() + " rows");
    }

    private List<Finding> absent(ServerAnswer contentAnswer, RecordedState recorded) {
        Optional<ExistingSchema> found = existing(contentAnswer);
        if (found.isEmpty()) {
            return List.of(Check.unanswered(name(), contentAnswer));
        }
        ExistingSchema existing = found.get();
        List<HistoryRow> adopted = existing.adopted(settings.get(Setting.BASELINE_VERSION));
        MigrationState state = migrations.apply(recorded.in(existing, false).withRows(adopted));
        return findings(state, "none yet" + without(existing, recorded.drizzle().size(), !adopted.isEmpty()));
    }

    private static Optional<ExistingSchema> existing(ServerAnswer answer) {
        return answer instanceof ServerAnswer.Rows rows
                ? Optional.of(ExistingSchema.of(rows.rows().stream()
                        .map(row -> new String[] {row.getString(0), row.getString(1), row.getString(2)})
                        .toList()))
                : Optional.empty();
    }

    private String without(ExistingSchema existing, int drizzleRows, boolean adopting) {
        if (drizzleRows > 0) {
            return "; Drizzle's, with " + drizzleRows + " migrations, will be taken over";
        }
        if (adopting) {
            return "; the existing schema will be adopted as version "
                    + settings.get(Setting.BASELINE_VERSION).orElseThrow();
        }
        return existing.neighbours().isEmpty()
                ? ", and schema " + history.schema() + " is empty"
                : ", beside "
                        + existing.neighbours().stream().map(Neighbour::table).collect(Collectors.joining(", "))
                        + " of another service in schema " + history.schema();
    }

    private Finding unreadable(ServerAnswer.Refused refused) {
        return HistoryVerdict.unreadable(history, refused.sqlState(), refused.message())
                .map(failure -> Finding.fail(name(), failure.sentence(), failure.wayOut(), failure.exitCode()))
                .orElseGet(() -> Check.unanswered(name(), refused));
    }

    private static boolean isLocked(ServerAnswer answer) {
        return answer instanceof ServerAnswer.Refused refused
                && refused.sqlState().equals(SqlState.LOCK_NOT_AVAILABLE);
    }

    private Finding locked(ServerAnswer answer) {
        Optional<Row> row =
                answer instanceof ServerAnswer.Rows rows ? rows.rows().stream().findFirst() : Optional.empty();
        String table = row.map(each -> each.getString(0)).orElse(history.quoted());
        Optional<Blocker> blocker = row.map(each -> new Blocker(
                each.getInteger(1),
                each.getString(2),
                each.getString(3),
                Excerpt.of(each.getString(4)),
                Duration.ofMillis(each.getLong(5))));
        return Finding.fail(
                name(),
                "waited for " + LockedTable.sentence(table, blocker),
                blocker.map(each ->
                                "look at that session; if it hangs, end it with: " + LockedTable.endQuery(each.pid()))
                        .orElse("start again: the session that was in the way could not be seen"),
                ExitCode.WAIT_TIMEOUT);
    }

    /**
     * The verdict on files and history.
     *
     * @param sound the finding for a history without objections
     */
    List<Finding> findings(MigrationState state, String sound) {
        var findings = new ArrayList<Finding>();
        findings.addAll(refusals(state, PreflightCheck.HISTORY, Finding.pass(name(), sound)));
        findings.add(Finding.pass(
                "migrations", state.applied() + " applied, " + pending(state.pending()) + held(state.held())));
        findings.addAll(refusals(state, PreflightCheck.MIGRATIONS));
        findings.addAll(refusals(state, PreflightCheck.DRIFT, agreement(state)));
        state.remark().ifPresent(remark -> findings.add(Finding.warn("drift", remark, "")));
        findings.addAll(refusals(state, PreflightCheck.APP_VERSION, oldEnough(state.oldestAppVersion())));
        return findings;
    }

    private static Finding agreement(MigrationState state) {
        return state.ahead().isEmpty()
                ? Finding.pass("drift", "files and history agree")
                : Finding.warn(
                        "drift",
                        "the database is ahead of these files: " + shorten(state.ahead()),
                        "expected after an application rollback; otherwise deploy the newer image");
    }

    private static List<Finding> refusals(MigrationState state, PreflightCheck check, Finding otherwise) {
        List<Finding> refusals = refusals(state, check);
        return refusals.isEmpty() ? List.of(otherwise) : refusals;
    }

    private static List<Finding> refusals(MigrationState state, PreflightCheck check) {
        return state.objections().stream()
                .filter(objection -> objection.check() == check)
                .flatMap(HistoryCheck::findings)
                .toList();
    }

    private static Stream<Finding> findings(Objection objection) {
        RunFailure failure = objection.failure();
        return objection.sentences().stream()
                .map(sentence ->
                        Finding.fail(objection.check().word(), sentence, failure.wayOut(), failure.exitCode()));
    }

    private Finding oldEnough(Optional<String> oldest) {
        String ours = settings.get(Setting.APP_VERSION)
                .map(version -> "this is " + version)
                .orElse("this image does not state its version, but it contains the migration");
        return Finding.pass(
                APP_VERSION,
                oldest.map(version -> "the schema needs version " + version + " of the application or newer; " + ours)
                        .orElse("no migration requires a version of the application"));
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
                version == null ? Optional.empty() : MigrationVersion.parse(version),
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
