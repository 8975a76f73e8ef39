package dev.slipway.migrator.cli;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.cli.Arguments;
import dev.slipway.contract.cli.Cli;
import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.contract.cli.TextWrap;
import dev.slipway.migrator.report.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands and flags of {@code slipway}; every setting is a flag of every command. */
public final class CommandLine implements Cli<Command> {
    /** Each value of these is one of several. */
    private static final Set<Setting<?>> REPEATABLE =
            Set.of(Setting.MIGRATIONS, Setting.MIGRATION_SUFFIXES, Setting.PLACEHOLDERS, Setting.PREFLIGHT_CHECKS);

    /** Everyone on the machine can see a command line, and the shell's history keeps it. */
    private static final String SECRET =
            "does not exist, as other users could read the password with ps; set the variable DATABASE_URL, or mount a file of that name into "
                    + Setting.DATABASE_DIR.flag();

    private static final Map<String, String> SECRET_FLAGS = Map.of(
            "--database-url", SECRET,
            "--direct-url", SECRET,
            "--url", SECRET,
            "--password", SECRET,
            "--database-password", SECRET,
            "--pgpassword", SECRET);

    private final Terminal terminal;

    /** @param terminal on which help is shown */
    public CommandLine(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Reads what the command line asks for, and adds every mistake in the flags to the problems. */
    public Invocation<Command> parse(String[] args, Problems problems) {
        return Arguments.parse(this, args, problems);
    }

    /**
     * Flags over environment over the file over defaults. Incomplete if problems were reported: do not run with it then.
     */
    public static Settings settings(
            Invocation.Run<Command> run, Map<String, String> env, Settings file, Problems problems) {
        var builder = new Settings.Builder(problems).setAll(file).setAll(Settings.fromEnv(env, problems));
        for (Setting<?> setting : Setting.all()) {
            List<String> values = run.all(setting.flag());
            if (!values.isEmpty()) {
                String value = REPEATABLE.contains(setting) ? String.join(",", values) : values.get(0);
                builder.set(setting, value, setting.flag());
            }
        }
        return builder.build();
    }

    @Override
    public int width() {
        return terminal.width() == TextWrap.UNLIMITED ? Cli.super.width() : terminal.width();
    }

    @Override
    public String name() {
        return "slipway";
    }

    @Override
    public List<Command> verbs() {
        return List.of(Command.values());
    }

    @Override
    public List<Flag> sharedFlags() {
        return flags(Setting.all());
    }

    @Override
    public @Nullable Flag sharedFlag(String typed) {
        for (Setting<?> setting : Setting.all()) {
            if (setting.flag().equals(typed)) {
                return flag(setting);
            }
        }
        return null;
    }

    @Override
    public Map<String, String> refusedFlags() {
        return SECRET_FLAGS;
    }

    @Override
    public String overview() {
        return HelpText.overall(this);
    }

    static List<Flag> flags(List<Setting<?>> settings) {
        var flags = new ArrayList<Flag>();
        settings.forEach(setting -> flags.add(flag(setting)));
        return flags;
    }

    private static Flag flag(Setting<?> setting) {
        String standard = setting.defaultText();
        return new Flag(
                setting.flag(),
                "",
                setting.isSwitch()
                        ? Flag.Takes.TRUTH
                        : REPEATABLE.contains(setting) ? Flag.Takes.REPEATED : Flag.Takes.ONE,
                setting.valueName(),
                setting.expected(),
                setting.help(),
                setting.env() + (standard.isEmpty() ? "" : ", default " + standard));
    }
}
