package dev.slipway.certs.command;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.ServingNames;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code create}: a new CA and a serving certificate of it. */
record Create(CertificateFiles files, ServingNames names, Duration validity, Duration caValidity, boolean force)
        implements Command.Prepared {
    static Optional<Create> prepare(Invocation.Run<Command> arguments, Problems problems) {
        Optional<CertificateFiles> files = Folder.required(arguments, problems);
        Optional<ServingNames> names =
                ServingNames.parse(arguments.all(Option.DNS), arguments.all(Option.IP), problems);
        Optional<Duration> validity = Durations.serving(arguments, problems);
        Optional<Duration> caValidity = Durations.authority(arguments, problems);
        return problems.isEmpty()
                ? Optional.of(new Create(
                        files.orElseThrow(),
                        names.orElseThrow(),
                        validity.orElseThrow(),
                        caValidity.orElseThrow(),
                        arguments.has(Option.FORCE)))
                : Optional.empty();
    }

    @Override
    public ExitStatus run(Console console) {
        List<Path> existing = files.existing();
        if (!existing.isEmpty() && !force) {
            var problems = new Problems();
            existing.forEach(file -> problems.add(file.toString(), "exists; --force replaces it"));
            return Written.refuse(problems, files, console);
        }
        var authority = CertificateAuthority.create(caValidity, console.clock());
        var serving = authority.issueServing(names, validity, console.clock());
        try {
            files.write(authority, serving);
        } catch (IOException failure) {
            return Written.failed(failure, files, console);
        }
        console.out().println(authority);
        return Written.report(serving, files, console);
    }
}
