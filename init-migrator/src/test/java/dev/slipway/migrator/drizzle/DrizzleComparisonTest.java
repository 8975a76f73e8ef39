package dev.slipway.migrator.drizzle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.OutOfOrder;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.files.ScriptHeader;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which row of Drizzle's table stands for which file, and what follows from it. */
class DrizzleComparisonTest {
    /** 2026-01-01T12:00:00Z. */
    private static final long NOON = 1767268800000L;

    private static final DrizzleTable TABLE = new DrizzleTable("drizzle", "__drizzle_migrations");

    private final DrizzleMigration orders = migration(NOON + 100, "orders", "create table orders ();\n");
    private final DrizzleMigration lines = migration(NOON + 5100, "lines", "create table lines ();\n");
    private final DrizzleMigration tax = migration(NOON + 9100, "tax", "alter table lines add tax int;\n");

    @Test
    void aRowIsKnownByItsTimeAndHash() {
        var result = compare(List.of(orders, lines), List.of(row(1, orders)));
        assertThat(result.adopted()).containsExactly(orders);
        assertThat(result.comparison().pending()).containsExactly(lines.file());
        assertThat(result.comparison().isUpToDate()).isFalse();
    }

    @Test
    void aTimeToTheSecondIsEnough() {
        var row = new DrizzleRow(1, orders.hash(), Optional.of(NOON), Optional.empty(), false);
        assertThat(compare(List.of(orders), List.of(row)).adopted()).containsExactly(orders);
    }

    /** As after a repair of the journal by hand. */
    @Test
    void aHashIsEnoughWhereTheTimeWasChanged() {
        var row = new DrizzleRow(1, orders.hash(), Optional.of(NOON - 86_400_000), Optional.empty(), false);
        assertThat(compare(List.of(orders, lines), List.of(row)).adopted()).containsExactly(orders);
    }

    @Test
    void theTimeWinsOverTheHashSoThatATemplateIsNotTakenForAnother() {
        String template = "-- Custom SQL migration file, put your code below! --";
        DrizzleMigration filled = migration(NOON + 100, "filled", "insert into orders values (1);");
        DrizzleMigration empty = migration(NOON + 5100, "empty", template);
        var appliedAsTemplate = new DrizzleRow(1, empty.hash(), Optional.of(NOON + 100), Optional.empty(), false);
        var result = compare(List.of(filled, empty), List.of(appliedAsTemplate));
        assertThat(result.adopted()).isEmpty();
        assertThat(result.changed()).containsOnlyKeys(filled);
        assertThat(result.comparison().differences())
                .singleElement()
                .extracting(Difference::kind)
                .isEqualTo(Difference.Kind.CHECKSUM);
    }

    @Test
    void theNameWinsOverAllElse() {
        var row = new DrizzleRow(1, orders.hash(), Optional.of(NOON + 5100), Optional.of(orders.name()), true);
        assertThat(compare(List.of(orders, lines), List.of(row)).adopted()).containsExactly(orders);
    }

    @Test
    void sameContentIsToldApartByTime() {
        DrizzleMigration first = migration(NOON, "a", "select 1;");
        DrizzleMigration second = migration(NOON + 5000, "b", "select 1;");
        var result = compare(List.of(first, second), List.of(row(1, second), row(2, first)));
        assertThat(result.adopted()).containsExactly(first, second);
    }

    @Test
    void sameContentOfAnUnknownTimeIsNotGuessed() {
        DrizzleMigration first = migration(NOON, "a", "select 1;");
        DrizzleMigration second = migration(NOON + 5000, "b", "select 1;");
        var row = new DrizzleRow(1, first.hash(), Optional.of(NOON - 5000), Optional.empty(), false);
        var result = compare(List.of(first, second), List.of(row));
        assertThat(result.adopted()).isEmpty();
        assertThat(result.comparison().differences())
                .singleElement()
                .extracting(Difference::kind)
                .isEqualTo(Difference.Kind.UNMATCHED);
    }

    @Test
    void aRowWithoutTimeAndNameStillHasItsHash() {
        var known = new DrizzleRow(1, orders.hash(), Optional.empty(), Optional.empty(), false);
        var unknown = new DrizzleRow(2, "f00", Optional.empty(), Optional.empty(), false);
        var result = compare(List.of(orders), List.of(known, unknown));
        assertThat(result.adopted()).containsExactly(orders);
        assertThat(result.comparison().differences())
                .singleElement()
                .asString()
                .contains("row 2 of drizzle.__drizzle_migrations (without a time, hash f00)");
    }

    @Test
    void whatRanTwiceIsAdoptedOnce() {
        var result = compare(List.of(orders), List.of(row(1, orders), row(2, orders)));
        assertThat(result.adopted()).containsExactly(orders);
        assertThat(result.comparison().differences()).isEmpty();
    }

    @Test
    void bothHistoriesInStepMeanNothingToDo() {
        var result = compare(List.of(orders), List.of(row(1, orders)), history(orders));
        assertThat(result.comparison().isUpToDate()).isTrue();
        assertThat(result.rows()).hasSize(1);
    }

    /** Otherwise Drizzle would run them again. */
    @Test
    void whatDrizzlesTableLacksIsWrittenThere() {
        var result = compare(List.of(orders, lines), List.of(row(1, orders)), history(orders, lines));
        assertThat(result.unrecorded()).containsExactly(lines);
        assertThat(result.comparison().isUpToDate()).isFalse();
        assertThat(result.comparison().doubts())
                .containsExactly("lines.sql is applied, and not in drizzle.__drizzle_migrations yet");
    }

    @Test
    void aRowWithoutItsNameAmongNamedOnesGetsIt() {
        var named = new DrizzleRow(1, orders.hash(), Optional.of(NOON + 100), Optional.of(orders.name()), true);
        var unnamed = new DrizzleRow(2, lines.hash(), Optional.of(NOON + 5100), Optional.empty(), true);
        var result = compare(List.of(orders, lines), List.of(named, unnamed), history(orders, lines));
        assertThat(result.unnamed()).containsOnlyKeys(lines);
        assertThat(result.comparison().isUpToDate()).isFalse();
    }

    @Test
    void aFileBetweenAppliedOnesWasSkippedByDrizzle() {
        var result = compare(List.of(orders, lines, tax), List.of(row(1, orders), row(2, tax)));
        assertThat(result.comparison().differences())
                .singleElement()
                .asString()
                .contains("lines.sql", "Drizzle silently skips such a file");
    }

    @Test
    void aNewerRowThanAllFilesMeansThatTheDatabaseIsAhead() {
        var result = compare(List.of(orders), List.of(row(1, orders), row(2, lines)));
        assertThat(result.comparison().ahead())
                .singleElement()
                .extracting(HistoryRow::versionText)
                .isEqualTo("20260101120005");
        assertThat(result.comparison().differences()).isEmpty();
    }

    @Test
    void aBaselineCoversTheFilesBelowIt() {
        var result = DrizzleComparison.of(
                project(List.of(orders, lines, tax)),
                OutOfOrder.REFUSE,
                TABLE,
                List.of(),
                List.of(row(1, lines)),
                Optional.of("20260101120005"));
        assertThat(result.comparison().differences()).isEmpty();
        assertThat(result.comparison().pending()).containsExactly(tax.file());
        assertThat(result.unrecorded()).containsExactly(orders);
        assertThat(result.adopted()).isEmpty();
    }

    private static DrizzleComparison.Result compare(
            List<DrizzleMigration> files, List<DrizzleRow> rows, HistoryRow... history) {
        return DrizzleComparison.of(project(files), OutOfOrder.REFUSE, TABLE, List.of(history), rows, Optional.empty());
    }

    private static DrizzleProject project(List<DrizzleMigration> files) {
        return DrizzleProject.of(Layout.DRIZZLE_JOURNAL, Path.of("drizzle"), files);
    }

    private static DrizzleMigration migration(long createdAt, String title, String sql) {
        String digits = DrizzleTime.digits(createdAt);
        var file = new MigrationFile(
                Kind.VERSIONED,
                MigrationVersion.parse(digits),
                title,
                title + ".sql",
                Path.of("drizzle", title + ".sql"),
                sql.hashCode(),
                false,
                ScriptHeader.NONE);
        return DrizzleMigration.of(file, createdAt, digits + "_" + title, sql.getBytes(StandardCharsets.UTF_8));
    }

    private static DrizzleRow row(long id, DrizzleMigration migration) {
        return new DrizzleRow(id, migration.hash(), Optional.of(migration.createdAt()), Optional.empty(), false);
    }

    private static HistoryRow[] history(DrizzleMigration... migrations) {
        var rows = new ArrayList<HistoryRow>();
        IntStream.range(0, migrations.length).forEach(index -> {
            MigrationFile file = migrations[index].file();
            rows.add(new HistoryRow(
                    index + 1,
                    file.version(),
                    file.version().orElseThrow().toString(),
                    file.description(),
                    "SQL",
                    file.script(),
                    Optional.of(file.checksum()),
                    "app",
                    "now",
                    1,
                    true));
        });
        return rows.toArray(HistoryRow[]::new);
    }
}
