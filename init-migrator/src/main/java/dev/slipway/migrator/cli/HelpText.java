package dev.slipway.migrator.cli;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import java.util.List;

/** The output of {@code --help}, generated from the declarations so that it cannot become outdated. */
public final class HelpText {
    private static final int WIDTH = 100;
    private static final int NAME_COLUMN = 28;
    private static final int COMMAND_COLUMN = 13;
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
              slipway rollback --to 1.2 --dry-run
              slipway new "add orders table" --migrations db/migrations
              DATABASE_URL_FILE=/run/secrets/db slipway plan --migrations db/migrations --migrations db/seed
            """;

    private final StringBuilder text = new StringBuilder();

    private HelpText() {}

    /** Help for the whole program on one page; ends with a line feed. */
    public static String overall() {
        var help = new HelpText();
        help.line("Slipway brings a PostgreSQL schema up to date: once, however many replicas start.");
        help.line("");
        help.line("Usage: slipway COMMAND [FLAGS]");
        help.line("       slipway COMMAND --help");
        help.line("");
        help.line("Commands");
        for (Command command : Command.values()) {
            help.entry(command.word(), COMMAND_COLUMN, command.help());
        }
        help.line("");
        help.text.append(DATABASE);
        help.line("");
        help.settings("Flags, each also a variable; a flag wins over its variable", Setting.all());
        help.line("");
        help.exitCodes();
        help.line("");
        help.text.append(EXAMPLES);
        return help.text.toString();
    }

    /** Help for one command; ends with a line feed. */
    public static String of(Command command) {
        var help = new HelpText();
        help.line("slipway " + command.word() + ": " + command.help() + '.');
        help.line("");
        String operand = command.operand().isEmpty() ? "" : ' ' + command.operand();
        help.line("Usage: slipway " + command.word() + operand + " [FLAGS]");
        help.line("");
        if (!command.options().isEmpty()) {
            help.line("Flags of this command");
            for (Option option : command.options()) {
                help.entry((option.flag() + ' ' + option.valueName()).strip(), NAME_COLUMN, option.help());
            }
            help.line("");
        }
        help.settings("Flags, each also a variable; a flag wins over its variable", command.settings());
        help.line("");
        help.line("slipway --help explains how the database is named, and all exit codes.");
        return help.text.toString();
    }

    private void settings(String title, List<Setting<?>> settings) {
        line(title);
        for (Setting<?> setting : settings) {
            entry(setting.flag() + ' ' + setting.valueName(), NAME_COLUMN, setting.help());
            String standard = setting.defaultText();
            entry("", NAME_COLUMN, setting.env() + (standard.isEmpty() ? "" : ", default " + standard));
        }
    }

    private void exitCodes() {
        line("Exit codes");
        for (ExitCode code : ExitCode.values()) {
            entry(Integer.toString(code.code()), CODE_COLUMN, code.meaning());
            if (code.retry() != ExitCode.Retry.NOT_NEEDED) {
                entry("", CODE_COLUMN, "-> " + code.wayOut());
            }
        }
    }

    /** Appends a name and its text; the text starts at the column, on a new line if the name is longer. */
    private void entry(String name, int column, String words) {
        String start = "  " + name;
        if (start.length() > column - 2) {
            line(start);
            start = "";
        }
        var line = new StringBuilder(padded(start, column));
        for (String word : words.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > column) {
                line(line.toString());
                line.setLength(0);
                line.append(padded("", column));
            }
            line.append(word).append(' ');
        }
        line(line.toString());
    }

    private static String padded(String text, int column) {
        return text + " ".repeat(Math.max(0, column - text.length()));
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
