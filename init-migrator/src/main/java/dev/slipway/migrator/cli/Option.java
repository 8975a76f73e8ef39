package dev.slipway.migrator.cli;

import dev.slipway.contract.cli.Flag;

/** The flags that only some commands take. Settings, which all commands take, are in the contract. */
public final class Option {
    public static final Flag JSON = Flag.of("--json", "print the result as one JSON document on standard output");
    public static final Flag ALL = Flag.of("--all", "show every statement with its locks, however many there are");
    public static final Flag PREFLIGHT = Flag.of(
            "--preflight",
            "look first; if a migration is pending, run the pre-flight in the same process, and stop if it refuses");
    public static final Flag YES = Flag.of("--yes", "do it without asking; needed if there is no terminal to ask on");
    public static final Flag ACCEPT =
            Flag.of("--accept", "take the schema as it is: what was changed by hand was meant");
    public static final Flag TO = one("--to", "VERSION", "the version to go back to; 0 goes back to before the first");
    public static final Flag CONFIRM = one(
            "--confirm",
            "DATABASE@VERSION",
            "the name of the database and the version to go back to; asked for on a terminal");
    public static final Flag DRY_RUN = Flag.of("--dry-run", "show what would be undone and lost, and stop");
    public static final Flag DELAY = one(
            "--delay",
            "DURATION",
            "how long to wait before anything is undone, so that it can still be stopped; default 10s");
    public static final Flag NO_DELAY = Flag.of("--no-delay", "begin at once");
    public static final Flag UNDO_FROM = one(
            "--undo-from",
            "stored|file",
            "which undo script to take if the database and the folder have different ones");

    public static final Flag SINCE =
            one("--since", "GIT-REF", "lint what is not in the folder at this commit, as in --since origin/main");
    public static final Flag RELEASED = one(
            "--released",
            "VERSION",
            "lint what is above this version, and repeatable scripts; 0 if nothing is released");
    public static final Flag DATABASE = Flag.of("--database", "lint what the history of the database does not have");
    public static final Flag FORMAT = one(
            "--format", "text|json|sarif|github|gitlab|junit|markdown", "how the findings are printed; default text");
    public static final Flag FAIL_ON =
            one("--fail-on", "error|warning", "end with 6 if a finding is at least as severe; default error");
    public static final Flag SEVERITY = Flag.of(
            "--severity",
            Flag.Takes.REPEATED,
            "RULE=SEVERITY",
            "whether a rule counts as error, warning or off, as in undo-missing=warning; repeat it, or separate by commas");

    private Option() {}

    private static Flag one(String name, String valueName, String help) {
        return Flag.of(name, Flag.Takes.ONE, valueName, help);
    }
}
