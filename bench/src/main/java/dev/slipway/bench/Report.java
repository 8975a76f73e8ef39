package dev.slipway.bench;

import dev.slipway.bench.measure.Measured;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results as Markdown. */
final class Report {
    private final Results results;

    Report(Results results) {
        this.results = results;
    }

    String render(List<String> missing, Problems problems) {
        var text = new StringBuilder();
        for (Scenario scenario : Scenario.values()) {
            text.append(scenario.isCrowd() ? crowds(scenario) : starts(scenario));
        }
        text.append("\n### Goals\n\n| | at most | measured | |\n|---|---|---|---|\n");
        Goal.ALL.forEach(goal -> text.append(goal.row(results)).append('\n'));
        text.append(list("Left out", missing)).append(list("What failed", problems.texts()));
        return text.toString();
    }

    private String starts(Scenario scenario) {
        Map<String, Measured> measured = results.starts(scenario);
        if (measured.isEmpty()) {
            return "";
        }
        String floor = scenario.kind() == Scenario.Kind.NOOP ? "psql select 1" : "psql, same statements";
        Optional<Double> psql = results.medianMillis(scenario, floor);
        var text = new StringBuilder(heading(scenario));
        text.append("| program | ms (median) | × psql | CPU ms | peak MiB |\n|---|--:|--:|--:|--:|\n");
        measured.forEach((name, one) -> text.append(line(
                "| %s | %.0f | %s | %.0f | %.0f |%n",
                name,
                one.medianMillis(),
                psql.map(millis -> line("%.2f", one.medianMillis() / millis)).orElse("-"),
                one.cpuMillis(),
                one.peakMib())));
        return text.toString();
    }

    private String crowds(Scenario scenario) {
        Map<String, CrowdResult> measured = results.crowds(scenario);
        if (measured.isEmpty()) {
            return "";
        }
        var text = new StringBuilder(heading(scenario));
        text.append(
                "| program | ended with 0 | s | CPU s | peak connections | database |\n|---|--:|--:|--:|--:|---|\n");
        measured.forEach((name, one) -> text.append(line(
                "| %s | %d of %d | %.1f | %.1f | %d | %s |%n",
                name,
                one.succeeded(),
                Scenario.CROWD_SIZE,
                one.seconds(),
                one.cpuSeconds(),
                one.peakConnections(),
                one.state())));
        return text.toString();
    }

    private static String heading(Scenario scenario) {
        return "\n### " + scenario.title() + "\n\n";
    }

    private static String list(String heading, List<String> items) {
        return items.isEmpty()
                ? ""
                : "\n### " + heading + "\n\n"
                        + items.stream().map(item -> "- " + item + "\n").collect(Collectors.joining());
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
