package dev.slipway.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.report.Terminal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HelpTextTest {
    private final CommandLine cli = new CommandLine(Terminal.NONE);

    @Test
    void theOverallHelpNamesEveryCommandSettingVariableDefaultAndExitCode() {
        String help = cli.overview();
        for (Command command : Command.values()) {
            assertThat(help).contains("\n  " + command.word() + ' ');
        }
        for (Setting<?> setting : Setting.all()) {
            assertThat(help).contains("\n  " + setting.flag() + ' ').contains(' ' + setting.env());
            assertThat(help).contains(setting.defaultText());
        }
        for (ExitCode code : ExitCode.values()) {
            assertThat(help).contains("\n  " + code.code() + ' ');
        }
    }

    @Test
    void theHelpOfACommandNamesItsOwnFlags() {
        assertThat(cli.help(Command.MIGRATE)).contains("--preflight ", "--wait-timeout DURATION");
        assertThat(cli.help(Command.STATUS)).contains("--json ").doesNotContain("--wait-timeout");
    }

    @Test
    void noLineIsWiderThanATerminal() {
        for (int width : new int[] {40, 80, 200}) {
            var terminal = new CommandLine(new Terminal(false, () -> width, Optional.empty()));
            for (String help : List.of(terminal.overview(), terminal.help(Command.ROLLBACK))) {
                assertThat(help.lines())
                        .allSatisfy(line -> assertThat(line)
                                .satisfiesAnyOf(
                                        each -> assertThat(each.length()).isLessThanOrEqualTo(Math.min(width, 100)),
                                        each -> assertThat(each.strip()).doesNotContain(" "),
                                        each -> assertThat(each.strip()).matches("--\\S+ \\S+")));
            }
        }
        assertThat(cli.overview().lines())
                .as("not on a terminal")
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
}
