package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.Operation;
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
        Set<Operation> missing = EnumSet.allOf(Operation.class);
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres")) {
            LockCase.createObjects(connection, server.socketFolder());
            for (LockCase each : LockCase.inTransaction(major)) {
                List<Effect> planned = planned(connection, each.sql());
                planned.forEach(effect -> missing.remove(effect.operation()));
                disagreements.addAll(disagreements(connection, each, planned));
            }
            for (LockCase.Alone each : LockCase.alone()) {
                planned(connection, each.sql()).forEach(effect -> missing.remove(effect.operation()));
            }
        }
        assertThat(disagreements).isEmpty();
        // What only a newer server knows is compared there.
        assertThat(missing).isSubsetOf(LockCase.operationsOfNewer(major));
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
                String expected = planned(connection, each.sql()).stream()
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

    private static List<String> disagreements(Connection connection, LockCase each, List<Effect> planned) {
        try {
            return ObservedLocks.inTransaction(connection, each.sql()).disagreements(planned, each.unseen()).stream()
                    .map(text -> each.sql() + ": " + text)
                    .toList();
        } catch (SQLException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        }
    }

    /** Analysed like a plan that has read this server's catalogue. */
    private static List<Effect> planned(Connection connection, String sql) throws SQLException {
        List<PlannedScript> scripts = List.of(new PlannedScript("V1__x.sql", SqlScript.parse(sql)));
        var planner = new Planner("public", Catalogue.read(connection, scripts, "public"));
        List<Effect> effects = new ArrayList<>();
        for (SqlStatement statement : scripts.get(0).script().statements()) {
            planner.read(statement).effects().stream()
                    .filter(each -> !each.onNewRelation())
                    .map(PlannedEffect::effect)
                    .forEach(effects::add);
        }
        return effects;
    }
}
