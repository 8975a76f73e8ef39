package dev.slipway.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.report.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private final Problems problems = new Problems();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "migrate --wait-timeout 5m --preflight",
                "migrate --wait-timeout=5m --preflight",
                "--preflight --wait-timeout 5m migrate",
                "--wait-timeout 5m migrate --preflight --preflight",
            })
    void flagsAndCommandMayComeInAnyOrder(String line) {
        Request run = run(Map.of(), line);
        assertThat(run.command()).isEqualTo(Command.MIGRATE);
        assertThat(run.settings().get(Setting.WAIT_TIMEOUT)).isEqualTo(Duration.ofMinutes(5));
        assertThat(run.options().keySet())
                .extracting(Flag::name)
                .containsExactlyInAnyOrder("--preflight", "--wait-timeout");
    }

    @Test
    void aSwitchSaysTrueByItself() {
        for (String[] args : new String[][] {
            {"--create-schema", "migrate"},
            {"migrate", "--create-schema"},
            {"migrate", "--create-schema", "true"},
            {"migrate", "--create-schema=true", "--schema", "shop"},
            {"migrate", "--create-schema", "--schema", "shop"}
        }) {
            var problems = new Problems();
            var run = (Invocation.Run<Command>) new CommandLine(Terminal.NONE).parse(args, problems);
            assertThat(CommandLine.settings(run, Map.of(), Settings.DEFAULTS, problems)
                            .get(Setting.CREATE_SCHEMA))
                    .isTrue();
            assertThat(problems.list()).isEmpty();
        }
    }

    @Test
    void aFlagWithOneValueMayBeGivenOnce() {
        assertThat(mistakes(Map.of(), "migrate --schema a --schema=b --wait-timeout 1m"))
                .containsExactly("--schema is given more than once, as argument 2 and argument 4; expected once");
    }

    @Test
    void migrationsMayBeGivenSeveralTimes() {
        assertThat(run(Map.of(), "plan --migrations a --migrations=b,c")
                        .settings()
                        .get(Setting.MIGRATIONS))
                .containsExactly(Path.of("a"), Path.of("b"), Path.of("c"));
    }

    @Test
    void placeholdersMayBeGivenSeveralTimes() {
        assertThat(run(Map.of(), "migrate --placeholders a=1 --placeholders b=2")
                        .settings()
                        .get(Setting.PLACEHOLDERS))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2"));
    }

    @Test
    void aFlagWinsOverItsVariableAndThatOverTheDefault() {
        var env = Map.of("SLIPWAY_SCHEMA", "shop", "SLIPWAY_LOCK_TIMEOUT", "1s", "SLIPWAY_MIGRATIONS", "elsewhere");
        Request run = run(env, "migrate --lock-timeout 2s --migrations here");
        assertThat(run.settings().get(Setting.LOCK_TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(run.settings().get(Setting.SCHEMA)).isEqualTo("shop");
        assertThat(run.settings().get(Setting.MIGRATIONS)).containsExactly(Path.of("here"));
        assertThat(run.settings().get(Setting.CONNECT_TIMEOUT)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void everySettingHasItsFlagInEveryCommand() {
        for (Command command : Command.values()) {
            for (Setting<?> setting : Setting.all()) {
                String words = command.operand().isEmpty() ? command.word() : command.word() + " something";
                Request run = run(Map.of(), words + ' ' + setting.flag() + ' ' + goodValue(setting));
                assertThat(run.settings().isGiven(setting)).isTrue();
            }
        }
    }

    @Test
    void everyMistakeIsSaidAtOnceWithTheNearestName() {
        assertThat(mistakes(
                        Map.of("SLIPWAY_PHASE", "before"),
                        "status --wait-timout 5m --connect-timeout 5 --jsn --yes --schema --lock-timeout= --json=yes"))
                .containsExactly(
                        "--wait-timout is unknown; did you mean --wait-timeout?",
                        "--jsn is unknown; did you mean --json?",
                        "--schema needs a value; expected a PostgreSQL identifier of 1 to 63 bytes, without ':', '/' and '@'",
                        "--lock-timeout needs a value; expected a duration such as 30s, 5m or 1h30m",
                        "--json takes no value",
                        "--yes is not a flag of status; it belongs to repair",
                        "SLIPWAY_PHASE is 'before'; expected one of expand, contract, all",
                        "--connect-timeout is '5'; expected a duration such as 30s, 5m or 1h30m");
    }

    @Test
    void aNewMigrationNeedsItsDescriptionInOneArgument() {
        var run = (Invocation.Run<Command>) parse(Map.of(), "new", "--migrations", "sql", "add orders table");

        assertThat(run.operands()).containsExactly("add orders table");
        assertThat(texts()).isEmpty();
        assertThat(mistakes(Map.of(), "new"))
                .containsExactly("new needs a DESCRIPTION behind it; see slipway new --help");
    }

    @Test
    void whatFollowsTheDescriptionIsAMistake() {
        assertThat(mistakes(Map.of(), "new add orders"))
                .containsExactly(
                        "orders is not expected after the command; put a description of several words in quotes");
    }

    @Test
    void anOptionMayHaveAValue() {
        assertThat(run(Map.of(), "rollback --to 1.2 --confirm=shop@1.2 --dry-run")
                        .options())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Option.TO, List.of("1.2"), Option.CONFIRM, List.of("shop@1.2"), Option.DRY_RUN, List.of()));
        assertThat(mistakes(Map.of(), "rollback --to --dry-run"))
                .containsExactly("--to needs a value; expected VERSION");
    }

    @Test
    void aMisspeltCommandGetsTheNearestOne() {
        assertThat(parse(Map.of(), "migrat", "--jsn")).isInstanceOf(Invocation.Misuse.class);
        assertThat(texts())
                .containsExactly("migrat is unknown; did you mean migrate?", "--jsn is unknown; did you mean --json?");
    }

    @Test
    void anUnknownFlagDoesNotSwallowTheCommand() {
        assertThat(mistakes(Map.of(), "--verbos status")).containsExactly("--verbos is unknown; see slipway --help");
    }

    @Test
    void flagsWithoutACommandAreAMistake() {
        assertThat(parse(Map.of(), "--json")).isInstanceOf(Invocation.Misuse.class);
        assertThat(texts())
                .singleElement()
                .asString()
                .startsWith("the command is missing; expected one of preflight, ");
    }

    @Test
    void noArgumentsAtAllAreNoMistakeToDescribeButNothingToRun() {
        assertThat(parse(Map.of())).isInstanceOf(Invocation.Misuse.class);
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "migrate --database-url postgres://shop:geheim@db/orders",
                "migrate --database-url=postgres://shop:geheim@db/orders",
                "migrate --password geheim",
                "migrate --databse-url postgres://shop:geheim@db/orders",
                "migrate --databse-url=postgres://shop:geheim@db/orders",
                "migrate postgres://shop:geheim@db/orders",
                "postgres://shop:geheim@db/orders",
                "migrate --postgres://shop:geheim@db/orders",
                "migrate -pgeheim1",
            })
    void aSecretOnTheCommandLineIsRefusedAndNotRepeated(String line) {
        assertThat(mistakes(Map.of(), line)).isNotEmpty();
        assertThat(problems.describe("the command line")).doesNotContain("geheim");
    }

    @Test
    void theRefusalOfAUrlNamesTheWayOut() {
        assertThat(mistakes(Map.of(), "migrate --database-url postgres://db"))
                .containsExactly(
                        "--database-url does not exist, as other users could read the password with ps; set the variable "
                                + "DATABASE_URL, or mount a file of that name into --database-dir");
    }

    @Test
    void helpWinsOverMistakes() {
        assertThat(parse(Map.of(), "--help"))
                .isEqualTo(new Invocation.Answer<>(new CommandLine(Terminal.NONE).overview()));
        assertThat(parse(Map.of(), "help"))
                .isEqualTo(new Invocation.Answer<>(new CommandLine(Terminal.NONE).overview()));
        assertThat(parse(Map.of(), "help", "plan"))
                .isEqualTo(new Invocation.Answer<>(new CommandLine(Terminal.NONE).help(Command.PLAN)));
        assertThat(parse(Map.of(), "plan", "-h", "--nonsense"))
                .isEqualTo(new Invocation.Answer<>(new CommandLine(Terminal.NONE).help(Command.PLAN)));
        assertThat(parse(Map.of(), "--version")).isEqualTo(new Invocation.Answer<>("slipway development\n"));
    }

    private static String goodValue(Setting<?> setting) {
        return Stream.of(setting.defaultText(), "1", "name=value", "hazards=fail", "http://127.0.0.1:9091")
                .filter(text -> !text.isEmpty() && setting.parse(text, "test", new Problems()) != null)
                .findFirst()
                .orElseThrow();
    }

    private record Request(Command command, Settings settings, Map<Flag, List<String>> options) {}

    private Request run(Map<String, String> env, String line) {
        var run = (Invocation.Run<Command>) new CommandLine(Terminal.NONE).parse(line.split(" ", -1), problems);
        var request =
                new Request(run.verb(), CommandLine.settings(run, env, Settings.DEFAULTS, problems), run.values());
        assertThat(texts()).isEmpty();
        return request;
    }

    private List<String> mistakes(Map<String, String> env, String line) {
        parse(env, line.split(" ", -1));
        return texts();
    }

    private List<String> texts() {
        return problems.list().stream().map(Problems.Problem::toString).toList();
    }

    private Invocation<Command> parse(Map<String, String> env, String... args) {
        Invocation<Command> invocation = new CommandLine(Terminal.NONE).parse(args, problems);
        if (invocation instanceof Invocation.Run<Command> run) {
            CommandLine.settings(run, env, Settings.DEFAULTS, problems);
        }
        return invocation;
    }
}
