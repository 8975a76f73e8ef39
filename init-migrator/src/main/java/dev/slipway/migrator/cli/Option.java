package dev.slipway.migrator.cli;

/** A flag without a value that only some commands take. Settings, which all commands take, are in the contract. */
public enum Option {
    JSON("--json", "print the result as one JSON document on standard output"),
    PREFLIGHT("--preflight", "run the pre-flight first, in the same process, and stop where it refuses"),
    YES("--yes", "do it without asking; needed where nobody can be asked");

    private final String flag;
    private final String help;

    Option(String flag, String help) {
        this.flag = flag;
        this.help = help;
    }

    public String flag() {
        return flag;
    }

    public String help() {
        return help;
    }
}
