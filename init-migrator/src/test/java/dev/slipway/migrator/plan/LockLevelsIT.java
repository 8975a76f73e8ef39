package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs a statement for each entry of the table of lock levels on real servers, and compares with what they lock. */
class LockLevelsIT {
    static List<Major> majors() {
        return Major.selected();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerTakesTheLocksAndDoesTheWorkOfTheTable(Major major) throws SQLException {
        var disagreements = new ArrayList<String>();
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres")) {
            LockCase.createObjects(connection, server.socketFolder());
            for (LockCase each : LockCase.inTransaction(major)) {
                disagreements.addAll(
                        ObservedLocks.inTransaction(connection, each.sql())
                                .disagreements(effects(each.sql()), each.unseen())
                                .stream()
                                .map(text -> each.sql() + ": " + text)
                                .toList());
            }
        }
        assertThat(disagreements).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerTakesTheLocksOfStatementsThatRunAlone(Major major) throws SQLException {
        var disagreements = new ArrayList<String>();
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres")) {
            LockCase.createObjects(connection, server.socketFolder());
            for (LockCase.Alone each : LockCase.alone()) {
                String mode = ObservedLocks.whileBlocked(server, each.blocker(), each.sql(), each.relation());
                String expected = effects(each.sql()).stream()
                        .filter(effect -> effect.relation().toString().equals(each.relation()))
                        .map(effect -> effect.lock().catalogName())
                        .findFirst()
                        .orElse("nothing");
                if (!mode.equals(expected)) {
                    disagreements.add(each.sql() + ": " + mode + " on " + each.relation() + ", planned " + expected);
                }
            }
        }
        assertThat(disagreements).isEmpty();
    }

    @Test
    void everyEntryOfTheTableHasAStatement() {
        Set<Operation> missing = EnumSet.allOf(Operation.class);
        Major.selected()
                .forEach(major -> LockCase.inTransaction(major)
                        .forEach(each -> effects(each.sql()).forEach(effect -> missing.remove(effect.operation()))));
        LockCase.alone().forEach(each -> effects(each.sql()).forEach(effect -> missing.remove(effect.operation())));
        assertThat(missing).isEmpty();
    }

    private static List<Effect> effects(String sql) {
        SqlStatement statement = SqlScript.parse(sql).statements().get(0);
        return StatementReader.read(statement, "public").effects();
    }
}
