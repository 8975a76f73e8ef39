package dev.slipway.migrator.cli;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.cli.HelpPage;

/** What {@code --help} prints, made from the declarations, so that it cannot fall behind them. */
final class HelpText {
    private static final int CODE_COLUMN = 7;

    private static final String DATABASE = """
            The database
              DATABASE_URL              postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full;
                                        postgres:// and jdbc:postgresql:// are read as well
              DIRECT_URL                wins over DATABASE_URL, for when that one leads to a pooler
              PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSSLMODE PGSSLROOTCERT …
                                        as psql reads them; they fill in what a URL leaves open
              DATABASE_URL_FILE …       each of these names with _FILE names a file with the value
              Then files of the same names in --database-dir, a mounted Secret. Files are read again for each
              connection.
              There is no flag for the URL or the password, as other users could read it with ps.
            """;

    private static final String EXAMPLES = """
            Examples
              slipway migrate --migrations db/migrations
              slipway migrate --preflight --wait-timeout 30m --lock-timeout 2s
              slipway status --json
              slipway lint --since origin/main --migrations db/migrations
              slipway rollback --to 1.2 --dry-run
              slipway new "add orders table" --migrations db/migrations
              DATABASE_URL_FILE=/run/secrets/db slipway plan --migrations db/migrations --migrations db/seed
            """;

    private HelpText() {}

    /** The whole program on one page; ends with a line feed. */
    static String overall(CommandLine cli) {
        var help = new HelpPage();
        help.line("Slipway brings a PostgreSQL schema up to date: once, however many replicas start.");
        help.line("");
        help.line("Usage: slipway COMMAND [FLAGS]");
        help.line("       slipway COMMAND --help");
        help.verbs(cli.allVerbs());
        help.line("");
        help.text(DATABASE);
        help.flags("Flags, each also a variable; a flag wins over its variable", cli.sharedFlags());
        help.line("");
        exitCodes(help);
        help.line("");
        help.text(EXAMPLES);
        return help.toString();
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
