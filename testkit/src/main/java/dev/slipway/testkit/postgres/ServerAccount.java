package dev.slipway.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The account that a server runs as. PostgreSQL refuses to run as root, so under root the command is handed to an
 * unprivileged account by {@code setpriv}, or, if that is not allowed, run in a user namespace of its own.
 *
 * @param prefix what to put in front of each command
 * @param owner the numeric user that must own the server's files; empty if the current user may keep them
 */
record ServerAccount(List<String> prefix, OptionalInt owner) {
    /** "nobody" on every Linux. */
    private static final int UNPRIVILEGED = 65534;

    private static final ServerAccount CURRENT_USER = new ServerAccount(List.of(), OptionalInt.empty());

    /** Tried in this order. */
    private static final List<ServerAccount> UNDER_ROOT = List.of(
            new ServerAccount(
                    List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--clear-groups"),
                    OptionalInt.of(UNPRIVILEGED)),
            new ServerAccount(List.of("unshare", "--user"), OptionalInt.empty()));

    /** @param directory any file of the current user; its owner is that user */
    static ServerAccount forFilesLike(Path directory) {
        return isRoot(directory) ? firstThatWorks() : CURRENT_USER;
    }

    List<String> command(List<String> command) {
        var all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    /** Gives one file or folder, not what is in it, to the account. */
    void own(Path path) {
        owner.ifPresent(uid -> {
            try {
                Files.setAttribute(path, "unix:uid", uid);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private static boolean isRoot(Path directory) {
        try {
            return Files.getFileStore(directory).supportsFileAttributeView("unix")
                    && Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static ServerAccount firstThatWorks() {
        var failures = new StringBuilder();
        for (ServerAccount each : UNDER_ROOT) {
            String failure = failureOf(each.command(List.of("true")));
            if (failure.isEmpty()) {
                return each;
            }
            failures.append("\n  ").append(failure);
        }
        throw new IllegalStateException(
                "PostgreSQL does not run as root, and no way to another account works here; run as an ordinary user."
                        + failures);
    }

    private static String failureOf(List<String> command) {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(Map.of("LC_ALL", "C"));
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return code == 0 ? "" : String.join(" ", command) + ": " + output.strip() + " (exit " + code + ")";
        } catch (IOException notStarted) {
            return String.valueOf(notStarted.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
