package dev.slipway.migrator.rollback;

import dev.slipway.contract.cli.TextWrap;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.TextTable;
import dev.slipway.migrator.rollback.UndoRun.Preview;
import java.io.PrintStream;
import java.util.List;

/** Shows what a rollback would do: as a page for people, or line by line in the log of a pod. */
public final class RollbackPrint {
    private final RollbackView view;
    private final String target;

    public RollbackPrint(RollbackView view, String target) {
        this.view = view;
        this.target = target;
    }

    public void log(EventLog log) {
        for (int each = 0; each < view.previews().size(); each++) {
            RollbackPlan.Step step = view.plan().steps().get(each);
            log.info(
                    "would undo",
                    "version",
                    step.row().versionText(),
                    "migration",
                    step.row().script(),
                    "undo",
                    step.sql().script(),
                    "from",
                    step.source().word(),
                    "transactional",
                    view.previews().get(each).inTransaction());
        }
        view.losses()
                .forEach(loss -> log.warn(
                        "would be lost", "version", loss.version(), "what", loss.what(), "amount", loss.amount()));
        view.connected().forEach(each -> log.info("connected now", "who", each.toString()));
        view.migratingNow().ifPresent(holder -> log.warn("migrating now", "who", holder));
    }

    /** @param width of the terminal */
    public void print(PrintStream out, int width) {
        String now = view.comparison().schemaVersion().orElse("nothing");
        out.print(wrapped(
                0, "Rollback of database " + view.database() + " from version " + now + " to " + target, width));
        out.println();
        var table = new TextTable("undoes", "migration", "undo script", "from", "runs");
        for (int each = 0; each < view.previews().size(); each++) {
            table.row(row(view.plan().steps().get(each), view.previews().get(each)));
        }
        out.print(table.fitted(width));
        list(
                out,
                width,
                "Data that is lost, as far as the scripts tell",
                view.losses().stream().map(DataLoss::toString).toList());
        list(
                out,
                width,
                "Connected now; what was written for the newer schema fails after this",
                view.connected().stream().map(Object::toString).toList());
        list(out, width, "Migrating now", view.migratingNow().stream().toList());
        out.println();
    }

    private static List<String> row(RollbackPlan.Step step, Preview preview) {
        return List.of(
                step.row().versionText(),
                step.row().script(),
                step.sql().script(),
                step.source().word(),
                preview.inTransaction() ? "in one transaction" : "outside a transaction");
    }

    private static void list(PrintStream out, int width, String title, List<String> lines) {
        out.println();
        out.print(wrapped(0, title + ":", width));
        lines.forEach(line -> out.print(wrapped(2, line, width)));
        if (lines.isEmpty()) {
            out.println("  none");
        }
    }

    private static String wrapped(int column, String line, int width) {
        var text = new StringBuilder();
        TextWrap.append(text, " ".repeat(column), column + 2, line, width);
        return text.toString();
    }
}
