package dev.slipway.migrator.lint;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.plan.AcceptComments;
import dev.slipway.migrator.plan.AcceptedHazard;
import dev.slipway.migrator.plan.Hazard;
import dev.slipway.migrator.plan.ScriptRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the findings, each with its severity and its line. Used once; not thread-safe. */
final class Findings {
    private final LintRequest request;
    private final Map<String, MigrationFile> files = new HashMap<>();
    private final Map<String, List<AcceptComments>> comments = new HashMap<>();
    private final Map<String, List<String>> lines = new HashMap<>();
    private final List<LintFinding> found = new ArrayList<>();
    private final List<AcceptedFinding> accepted = new ArrayList<>();

    Findings(LintRequest request, MigrationFolder folder) {
        this.request = request;
        folder.migrations().forEach(file -> files.put(file.path().toString(), file));
        folder.undos().forEach(file -> files.put(file.path().toString(), file));
    }

    /** Comments that accept findings about the file as a whole stand beside any of its statements. */
    void accepts(MigrationFile file, List<AcceptComments> all) {
        comments.put(file.path().toString(), all);
    }

    void at(ScriptRule rule, MigrationFile file, String message) {
        at(rule, file.path().toString(), 0, message);
    }

    void at(ScriptRule rule, String path, int line, String message) {
        finding(LintRule.of(rule), path, line, message).ifPresent(finding -> {
            Optional<String> reason = comments.getOrDefault(path, List.of()).stream()
                    .flatMap(each -> each.reasonFor(rule.ruleName()).stream())
                    .findFirst();
            reason.ifPresentOrElse(
                    given -> accepted.add(new AcceptedFinding(finding, given)), () -> found.add(finding));
        });
    }

    void hazard(MigrationFile file, Hazard hazard) {
        of(file, hazard).ifPresent(found::add);
    }

    void acceptedHazard(MigrationFile file, AcceptedHazard hazard) {
        of(file, hazard.hazard()).ifPresent(each -> accepted.add(new AcceptedFinding(each, hazard.reason())));
    }

    private Optional<LintFinding> of(MigrationFile file, Hazard hazard) {
        return finding(LintRule.of(hazard.rule()), file.path().toString(), hazard.line(), hazard.what());
    }

    private Optional<LintFinding> finding(LintRule rule, String path, int line, String message) {
        Severity severity = request.severityOf(rule);
        if (severity == Severity.OFF) {
            return Optional.empty();
        }
        List<String> text = lines.computeIfAbsent(path, this::read);
        boolean there = line > 0 && line <= text.size();
        String source = there ? text.get(line - 1) : "";
        int column = there ? 1 + source.length() - source.stripLeading().length() : 0;
        return Optional.of(new LintFinding(rule, severity, shown(path), there ? line : 0, column, message, source));
    }

    /** A finding has to be told even if its line can no longer be shown. */
    private List<String> read(String path) {
        try {
            MigrationFile file = files.get(path);
            return file == null
                    ? List.of()
                    : List.of(new String(file.read(), StandardCharsets.UTF_8)
                            .replace("\uFEFF", "")
                            .split("\r\n|\r|\n", -1));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Below the current folder, which in CI is the repository: annotations on a diff need that. */
    private static String shown(String path) {
        Path here = Path.of("").toAbsolutePath();
        Path file = Path.of(path);
        Path below = file.isAbsolute() && file.startsWith(here) ? here.relativize(file) : file;
        return below.normalize().toString().replace('\\', '/');
    }

    LintResult result(ReleasedState released, List<MigrationFile> judged) {
        found.sort(Comparator.comparing(LintFinding::file).thenComparing(LintFinding::line));
        return new LintResult(
                released.words(),
                released.scripts().migrations().size(),
                judged.stream().map(file -> shown(file.path().toString())).toList(),
                found,
                accepted);
    }
}
