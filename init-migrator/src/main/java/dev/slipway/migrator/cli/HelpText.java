package dev.slipway.migrator.cli;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.cli.HelpPage;
import java.util.List;

/** What {@code --help} prints, made from the declarations, so that it cannot fall behind them. */
final class HelpText {
    private static final int CODE_COLUMN = 7;

    private static final List<String> EXAMPLES = List.of(
            "slipway migrate --migrations db/migrations",
            "slipway migrate --preflight --wait-timeout 30m --lock-timeout 2s",
            "slipway status --json",
            "slipway lint --since origin/main --migrations db/migrations",
            "slipway rollback --to 1.2 --dry-run",
            "slipway new \"add orders table\" --migrations db/migrations",
            "DATABASE_URL_FILE=/run/secrets/db slipway plan --migrations db/migrations");

    private HelpText() {}

    /** The whole program on one page; ends with a line feed. */
    static String overall(CommandLine cli) {
        var help = new HelpPage(cli.width());
        help.line("Slipway brings a PostgreSQL schema up to date: once, however many replicas start.");
        help.line("");
        help.line("Usage: slipway COMMAND [FLAGS]");
        help.line("       slipway COMMAND --help");
        help.verbs(cli.allVerbs());
        help.line("");
        database(help);
        help.flags("Flags, each also a variable; a flag wins over its variable", cli.sharedFlags());
        help.line("");
        exitCodes(help);
        help.line("");
        help.line("Examples");
        EXAMPLES.forEach(each -> help.line("  " + each));
        return help.toString();
    }

    private static void database(HelpPage help) {
        help.line("The database");
        help.entry(
                "DATABASE_URL",
                "postgresql://USER:PASSWORD@HOST:PORT/DATABASE with parameters such as ?sslmode=verify-full;"
                        + " postgres:// and jdbc:postgresql:// are read as well");
        help.entry("DIRECT_URL", "wins over DATABASE_URL, for when that one leads to a pooler");
        help.entry(
                "PGHOST …",
                "PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSSLMODE PGSSLROOTCERT and so on, as psql reads them;"
                        + " they fill in what a URL leaves open");
        help.entry("DATABASE_URL_FILE …", "each of these names with _FILE names a file with the value");
        help.line("  Then files of the same names in --database-dir, a mounted Secret. Files are read again for each"
                + " connection.");
        help.line("  There is no flag for the URL or the password, as other users could read it with ps.");
    }

    private static void exitCodes(HelpPage help) {
        help.line("Exit codes");
        for (ExitCode code : ExitCode.values()) {
            help.entry(Integer.toString(code.code()), CODE_COLUMN, code.meaning());
            if (code.retry() != ExitCode.Retry.NOT_NEEDED) {
                help.entry("", CODE_COLUMN, "-> " + code.wayOut());
            }
        }
    }
}
