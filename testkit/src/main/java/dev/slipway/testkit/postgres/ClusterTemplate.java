package dev.slipway.testkit.postgres;

import dev.slipway.testkit.files.Folders;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What {@code initdb} makes, kept inside the folder of the programs for all later servers: a copy takes 0.5 s, and
 * {@code initdb} 1.5 s. Several JVMs may make it at once: each its own, which is then renamed in one step.
 */
record ClusterTemplate(Path folder, ServerAccount account) {
    private static final List<String> OPTIONS = List.of(
            "--username=" + PostgresServer.SUPERUSER,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions");

    static ClusterTemplate of(PostgresBinaries binaries, ServerAccount account) throws IOException {
        String name = "cluster-" + Integer.toHexString(OPTIONS.hashCode())
                + account.owner().stream()
                        .mapToObj(uid -> "-" + uid)
                        .findFirst()
                        .orElse("");
        var template = new ClusterTemplate(binaries.home().resolve(name), account);
        if (!Files.isDirectory(template.folder)) {
            template.make(binaries);
        }
        return template;
    }

    /** Of {@value PostgresServer#SUPERUSER}, in all copies. */
    String password() throws IOException {
        return Files.readString(folder.resolve("password"));
    }

    void copyTo(Path data) {
        Programs.run(
                Folders.parent(data),
                account.command(List.of("cp", "-a", folder.resolve("data").toString(), data.toString())));
    }

    private void make(PostgresBinaries binaries) throws IOException {
        Path unfinished = Files.createTempDirectory(Folders.parent(folder), "unfinished-");
        try {
            account.own(unfinished);
            Path password = Files.writeString(unfinished.resolve("password"), randomPassword());
            account.own(password);
            var command = new ArrayList<>(List.of(
                    binaries.program("initdb").toString(),
                    "--pgdata=" + unfinished.resolve("data"),
                    "--pwfile=" + password));
            command.addAll(OPTIONS);
            Programs.run(unfinished, account.command(command));
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException failed) {
            Folders.delete(unfinished);
            if (!Files.isDirectory(folder)) {
                throw failed;
            }
            // Another JVM was quicker.
        } catch (RuntimeException failed) {
            Folders.delete(unfinished);
            throw failed;
        }
    }

    static String randomPassword() {
        var bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
