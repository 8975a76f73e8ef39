package dev.slipway.migrator.cli;

/** A flag that only some commands take. Settings, which all commands take, are in the contract. */
public enum Option {
    JSON("--json", "print the result as one JSON document on standard output"),
    ALL("--all", "show every statement with its locks, however many there are"),
    PREFLIGHT("--preflight", "run the pre-flight first, in the same process, and stop where it refuses"),
    YES("--yes", "do it without asking; required if there is no terminal to ask at"),
    TO("--to", "VERSION", "the version to go back to; 0 goes back to before the first"),
    CONFIRM(
            "--confirm",
            "DATABASE@VERSION",
            "the name of the database and the version to go back to; asked for where a person can answer"),
    DRY_RUN("--dry-run", "show what would be undone and lost, and stop"),
    DELAY(
            "--delay",
            "DURATION",
            "how long to wait before anything is undone, so that it can still be stopped; default 10s"),
    NO_DELAY("--no-delay", "begin at once"),
    UNDO_FROM(
            "--undo-from",
            "stored|file",
            "which undo script to take where the database and the folder have different ones");

    private final String flag;
    private final String valueName;
    private final String help;

    Option(String flag, String help) {
        this(flag, "", help);
    }

    Option(String flag, String valueName, String help) {
        this.flag = flag;
        this.valueName = valueName;
        this.help = help;
    }

    /** For usage lines; empty if the flag takes no value. */
    public String valueName() {
        return valueName;
    }

    public String flag() {
        return flag;
    }

    public String help() {
        return help;
    }
}
