package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.report.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanCasesTest {
    static List<PlanCase> cases() throws IOException {
        return PlanCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheExpectedTable(PlanCase planCase) throws IOException {
        String table = planCase.plan().toTable(true, Terminal.NONE);
        // Then review the difference: an expectation without a review proves nothing.
        if (Boolean.getBoolean("plan-cases.rewrite")) {
            Files.writeString(planCase.expected(), table);
        }
        assertThat(table).isEqualTo(Files.readString(planCase.expected()));
    }

    /** Except the one that only a catalogue can show: see {@link CatalogueHazardsIT}. */
    @Test
    void everyRuleHasACase() throws IOException {
        Set<Rule> missing = EnumSet.complementOf(EnumSet.of(Rule.DEFAULT_PARTITION_SCAN));
        for (PlanCase each : PlanCase.all()) {
            each.plan().scripts().forEach(script -> script.hazards().forEach(hazard -> missing.remove(hazard.rule())));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void casesCalledSafeHaveNoHazard() throws IOException {
        for (PlanCase each : PlanCase.all()) {
            if (each.toString().startsWith("safe-")) {
                assertThat(each.plan().hazardCount()).as(each.toString()).isZero();
            }
        }
    }
}
