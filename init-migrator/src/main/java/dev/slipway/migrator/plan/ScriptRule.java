package dev.slipway.migrator.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What can be wrong with a script beside its statements: its name, its place among the released ones, what comes with it.
 * {@code slipway lint} looks for it. The names are stable: comments that accept a finding use them.
 */
public enum ScriptRule {
    REFUSED_FILE(
            "migrate refuses the whole folder before anything runs (exit 2), so that the rollout stops",
            "rename the file, give it another version, or remove it, as the finding says"),
    REFUSED_SCRIPT(
            "migrate refuses the script before anything runs (exit 2), so that the rollout stops",
            "what the finding says: split the script, close the quote, remove the part of another tool"),
    PLACEHOLDER_WITHOUT_VALUE(
            "migrate refuses a script with a placeholder that has no value (exit 2)",
            "give it a value with --placeholders, or put placeholderReplacement=false into the .conf file of the script"),
    LATE_VERSION(
            "databases that have the newer version refuse it (exit 6), while those of a developer or of CI, which start empty,"
                    + " apply it: the mistake shows in production",
            "rename the file, and its undo script, to a version above the newest released one; or let late versions be applied, with"
                    + " --out-of-order allow"),
    CHANGED_AFTER_RELEASE(
            "a database that has applied the released text never gets the change, and migrate refuses the other text (exit 6)",
            "restore the released text, and put the change into a new script"),
    RENAMED_AFTER_RELEASE(
            "the history names the released file, so that migrate refuses the new name (exit 6), or applies it again",
            "give the file its released name back"),
    DELETED_AFTER_RELEASE(
            "databases that have applied it refuse a folder without it (exit 6), and new databases never get its content",
            "restore the file; a new script may take back what it did"),
    CONTRACT_WITHOUT_OLDEST_APP_VERSION(
            "an older version of the application starts on the schema that lacks what it needs, for example in a rollback,"
                    + " because no version is recorded below which it must not",
            "-- slipway: oldest-app-version VERSION beside -- slipway: contract"),
    CONTRACT_WITH_ITS_EXPAND(
            "both reach a database in one release: unless the rollout runs in phases, the contract migration takes away what"
                    + " the pods of the old version still use",
            "ship the contract migration in the release after the one that brings the other script"),
    UNDO_MISSING(
            "slipway rollback cannot go back behind the script, because the undo SQL is stored when the script is applied",
            "write undo/U… beside it (slipway new makes both), or -- slipway: nothing-to-undo in it");

    private final String why;
    private final String saferWay;

    ScriptRule(String why, String saferWay) {
        this.why = why;
        this.saferWay = saferWay;
    }

    /** In kebab case, as in {@code late-version}. */
    public String ruleName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String why() {
        return why;
    }

    public String saferWay() {
        return saferWay;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(ScriptRule::ruleName).toList();
    }
}
