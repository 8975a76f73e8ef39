package dev.slipway.testkit.docs;

import dev.slipway.testkit.files.Folders;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Runs a block of commands by a real bash, in a folder that looks like the source tree, and notes which programs it calls with
 * which arguments. Programs of the system that only touch files run; all others, known or not, are replaced and succeed. So
 * quotes, pipes, loops and substitutions mean what they mean to a reader who pastes the block.
 */
public final class ShellBlock {
    /** Run for real, and are no calls. */
    private static final Set<String> SYSTEM = Set.of(
            "awk",
            "base64",
            "basename",
            "bash",
            "cat",
            "chmod",
            "cp",
            "cut",
            "dirname",
            "env",
            "grep",
            "head",
            "ls",
            "mkdir",
            "printf",
            "sed",
            "sh",
            "sleep",
            "sort",
            "tail",
            "test",
            "touch",
            "tr",
            "true",
            "wc",
            "xargs");

    /** Scripts of ours that users call; their own calls are noted, too. */
    private static final List<String> SCRIPTS = List.of("k8s/ci/deploy", "k8s/ci/lint/lint", "k8s/jobs/run-job");

    /** Programs of ours that users call by their path; replaced. */
    private static final List<String> PROGRAMS = List.of("demo", "mvnw", "init-migrator/bin/slipway");

    /**
     * Leaves what a later line of a block can go on with: a version, the clone. Each call is one write, because scripts run
     * programs side by side.
     */
    private static final String RECORDER = """
            #!/bin/sh
            format=
            for each in "$0" "$@"; do format="$format%s\\0"; done
            printf "$format\\n" "$0" "$@" >>"$CALLS"
            case $0 in
              */psql) echo 1 ;;
              */git) [ "$1" != clone ] || /bin/ln -s . "${2##*/}" ;;
            esac
            """;

    private static final String PREAMBLE = """
            command_not_found_handle() {
              local format= each
              for each in "$@"; do format="$format%s\\0"; done
              printf "$format\\n" "$@" >>"$CALLS"
            }
            """;

    /** Of the shell itself, or of a script of ours about its arguments. */
    private static final Pattern COMPLAINT = Pattern.compile("(?m)^(bash: .*line [0-9]+: |[^ ]*usage: )");

    /** A test writes into its own folder only. */
    private static final Pattern OUTSIDE = Pattern.compile(">\\s*/(?!dev/null)");

    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private ShellBlock() {}

    /**
     * A program that a block calls.
     *
     * @param program its name, or the path below the root of the source tree if it has one
     */
    public record Call(Block block, String program, List<String> arguments) {
        @Override
        public String toString() {
            return block + ": " + program + " " + String.join(" ", arguments);
        }
    }

    /**
     * The calls of a block, in order.
     *
     * @param root of the source tree
     * @param folder an empty one, which is filled
     * @throws AssertionError if bash cannot read the block, or a path that it calls is not there
     */
    public static List<Call> calls(Block block, Path root, Path folder) throws IOException {
        if (OUTSIDE.matcher(block.text()).find()) {
            throw new AssertionError(block + " cannot be run: it writes to an absolute path");
        }
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path calls = Files.createFile(folder.resolve("calls"));
        Folders.copy(root.resolve("k8s"), tree.resolve("k8s"));
        Folders.copy(root.resolve("migrations"), tree.resolve("migrations"));
        for (String program : PROGRAMS) {
            requireThere(root.resolve(program));
            record(tree.resolve(program));
        }
        for (String script : SCRIPTS) {
            executable(tree.resolve(script));
        }
        for (String program : List.of("kubectl", "helm", "slipway", "psql", "pg_dump", "openssl", "git")) {
            record(bin.resolve(program));
        }
        for (String program : SYSTEM) {
            pass(bin.resolve(program), program);
        }
        ProcessResult result = run(block, tree, Map.of("PATH", bin.toString(), "CALLS", calls.toString()));
        if (COMPLAINT.matcher(result.text()).find()) {
            throw new AssertionError(block + " cannot be run: " + result);
        }
        return read(block, tree, bin, calls);
    }

    private static ProcessResult run(Block block, Path tree, Map<String, String> env) {
        Program shell = Program.of("bash", "-c", PREAMBLE + block.text())
                .withEnv(env)
                .withEnv("HOME", tree.toString())
                .withEnv("DATABASE_URL", "postgresql://shop@localhost/shop")
                .inFolder(tree);
        try (RunningProcess running = shell.start()) {
            return running.awaitExit(DEADLINE);
        }
    }

    private static List<Call> read(Block block, Path tree, Path bin, Path file) throws IOException {
        var calls = new ArrayList<Call>();
        for (String line : Files.readString(file).split("\0\n", -1)) {
            if (!line.isEmpty()) {
                List<String> words = List.of(line.split("\0", -1));
                String program = words.get(0)
                        .replace(bin + "/", "")
                        .replace(tree + "/", "")
                        .replaceFirst("^\\./", "");
                calls.add(new Call(block, program, words.subList(1, words.size())));
            }
        }
        return calls;
    }

    private static void requireThere(Path program) {
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(program + " is not there, or not executable");
        }
    }

    private static void record(Path program) throws IOException {
        Files.createDirectories(Folders.parent(program));
        executable(Files.writeString(program, RECORDER));
    }

    private static void executable(Path file) {
        if (!file.toFile().setExecutable(true)) {
            throw new IllegalStateException(file + " cannot be made executable");
        }
    }

    /** A script rather than a link, so that deleting the folder cannot be mistaken for deleting the program. */
    private static void pass(Path script, String program) throws IOException {
        for (String each : List.of("/usr/bin/", "/bin/")) {
            if (Files.isExecutable(Path.of(each, program)) && !Files.exists(script)) {
                executable(Files.writeString(script, "#!/bin/sh\nexec " + each + program + " \"$@\"\n"));
            }
        }
    }
}
