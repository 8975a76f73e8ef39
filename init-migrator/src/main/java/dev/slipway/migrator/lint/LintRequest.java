package dev.slipway.migrator.lint;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Suggestion;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.cli.Option;
import dev.slipway.migrator.files.MigrationVersion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line of {@code slipway lint} asks for.
 *
 * @param since a commit of git whose folder is released; empty for another base
 * @param released the newest released version; empty for another base
 * @param failOn the least severity that ends with exit code 6
 * @param severities of rules that do not have their own one
 */
public record LintRequest(
        Optional<String> since,
        Optional<MigrationVersion> released,
        LintFormat format,
        Severity failOn,
        Map<String, Severity> severities) {
    /** Empty if problems were reported. */
    public static Optional<LintRequest> read(Invocation.Run<?> options, Problems problems) {
        Optional<String> since = options.one(Option.SINCE);
        Optional<MigrationVersion> released = options.one(Option.RELEASED).flatMap(text -> {
            Optional<MigrationVersion> version = MigrationVersion.parse(text);
            if (version.isEmpty()) {
                problems.badValue(
                        Option.RELEASED.name(),
                        text,
                        "a version such as 12 or 20260101120000; 0 if nothing is released");
            }
            return version;
        });
        long bases = List.of(Option.SINCE, Option.RELEASED, Option.DATABASE).stream()
                .filter(options::has)
                .count();
        if (bases != 1) {
            problems.add(
                    "what is released",
                    (bases == 0 ? "is not named" : "is named " + bases + " times")
                            + "; expected one of --since GIT-REF, --released VERSION (0 if nothing is) and --database");
        }
        LintFormat format = format(options, problems);
        Severity failOn = options.one(Option.FAIL_ON).flatMap(Severity::of).orElse(Severity.ERROR);
        options.one(Option.FAIL_ON)
                .filter(word ->
                        Severity.of(word).filter(each -> each != Severity.OFF).isEmpty())
                .ifPresent(word -> problems.badValue(Option.FAIL_ON.name(), word, "error or warning"));
        Map<String, Severity> severities = severities(options, problems);
        return problems.isEmpty()
                ? Optional.of(new LintRequest(since, released, format, failOn, severities))
                : Optional.empty();
    }

    private static LintFormat format(Invocation.Run<?> options, Problems problems) {
        Optional<String> word = options.one(Option.FORMAT);
        Optional<LintFormat> found = word.flatMap(LintFormat::of);
        if (word.isPresent() && found.isEmpty()) {
            problems.badValue(
                    Option.FORMAT.name(),
                    word.get(),
                    "one of " + Option.FORMAT.valueName().replace("|", ", "));
        }
        return found.orElse(LintFormat.TEXT);
    }

    private static Map<String, Severity> severities(Invocation.Run<?> options, Problems problems) {
        var severities = new HashMap<String, Severity>();
        List<String> names = LintRule.all().stream().map(LintRule::name).toList();
        options.all(Option.SEVERITY).stream()
                .flatMap(each -> Arrays.stream(each.split(",", -1)))
                .forEach(each -> {
                    String[] parts = each.strip().split("=", 2);
                    Optional<Severity> severity = parts.length < 2 ? Optional.empty() : Severity.of(parts[1]);
                    if (severity.isEmpty()) {
                        problems.badValue(Option.SEVERITY.name(), each, "RULE=error, RULE=warning or RULE=off");
                    } else if (!names.contains(parts[0])) {
                        problems.add(
                                Option.SEVERITY.name(),
                                "names the rule '" + parts[0] + "', which does not exist"
                                        + Suggestion.closest(parts[0], names)
                                                .map(close -> "; did you mean " + close + "?")
                                                .orElse("; docs/rules.md lists them"));
                    } else {
                        severities.put(parts[0], severity.get());
                    }
                });
        return severities;
    }

    Severity severityOf(LintRule rule) {
        return severities.getOrDefault(rule.name(), rule.severity());
    }
}
