package dev.slipway.migrator.lint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** How the findings are printed. */
public enum LintFormat {
    TEXT(TextReport::of),
    JSON(JsonReport::of),
    SARIF(SarifReport::of),
    GITHUB(GithubReport::of),
    GITLAB(GitlabReport::of),
    JUNIT(JunitReport::of),
    MARKDOWN(MarkdownReport::of);

    @SuppressWarnings("ImmutableEnumChecker") // method references without state
    private final Function<LintResult, String> writer;

    LintFormat(Function<LintResult, String> writer) {
        this.writer = writer;
    }

    /** Ends with a line feed. */
    public String write(LintResult result) {
        return writer.apply(result);
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<LintFormat> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
