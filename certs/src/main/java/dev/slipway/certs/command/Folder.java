package dev.slipway.certs.command;

import dev.slipway.certs.CertificateFiles;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Paths from the command line. */
final class Folder {
    private Folder() {}

    static Optional<CertificateFiles> required(Invocation.Run<Command> arguments, Problems problems) {
        if (!arguments.has(Option.DIR)) {
            problems.add(Option.DIR.name(), "is missing; expected the folder of the certificates");
        }
        return arguments
                .one(Option.DIR)
                .flatMap(text -> path(text, Option.DIR.name(), problems))
                .map(CertificateFiles::new);
    }

    static Optional<Path> path(String text, String where, Problems problems) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException invalid) {
            problems.badValue(where, text, "a path");
            return Optional.empty();
        }
    }
}
