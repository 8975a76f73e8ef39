package dev.slipway.certs.command;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.ServingNames;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code renew}: a new serving certificate of the CA that is there, or a new CA beside the old. */
final class Renew {
    private Renew() {}

    static Optional<? extends Command.Prepared> prepare(Invocation.Run<Command> arguments, Problems problems) {
        return arguments.has(Option.NEW_CA)
                ? prepareAuthority(arguments, problems)
                : prepareServing(arguments, problems);
    }

    private static Optional<Serving> prepareServing(Invocation.Run<Command> arguments, Problems problems) {
        if (arguments.has(Option.CA_VALIDITY)) {
            problems.add(Option.CA_VALIDITY.name(), "is for a new CA only; add --new-ca or drop it");
        }
        Optional<CertificateFiles> files = Folder.required(arguments, problems);
        Optional<Duration> validity = Durations.serving(arguments, problems);
        boolean named = arguments.has(Option.DNS) || arguments.has(Option.IP);
        Optional<ServingNames> names = named
                ? ServingNames.parse(arguments.all(Option.DNS), arguments.all(Option.IP), problems)
                : Optional.empty();
        return problems.isEmpty()
                ? Optional.of(new Serving(files.orElseThrow(), names, validity.orElseThrow()))
                : Optional.empty();
    }

    private static Optional<Authority> prepareAuthority(Invocation.Run<Command> arguments, Problems problems) {
        List.of(Option.DNS, Option.IP, Option.VALIDITY).stream()
                .filter(arguments::has)
                .forEach(option -> problems.add(
                        option.name(), "is for the serving certificate, which --new-ca leaves as it is; drop it"));
        Optional<CertificateFiles> files = Folder.required(arguments, problems);
        Optional<Duration> validity = Durations.authority(arguments, problems);
        return problems.isEmpty()
                ? Optional.of(new Authority(files.orElseThrow(), validity.orElseThrow()))
                : Optional.empty();
    }

    /** @param names empty: those of the present certificate */
    record Serving(CertificateFiles files, Optional<ServingNames> names, Duration validity)
            implements Command.Prepared {
        @Override
        public ExitStatus run(Console console) {
            var problems = new Problems();
            Optional<CertificateAuthority> authority = files.readAuthority(problems);
            authority
                    .filter(ca -> !console.clock().instant().isBefore(ca.notAfter()))
                    .ifPresent(ca -> problems.add(
                            files.file(CertificateFiles.CA_CERTIFICATE).toString(),
                            "holds a CA that expired at " + ca.notAfter() + "; renew --new-ca makes the next"));
            Optional<ServingNames> served = names.isPresent() ? names : files.readServingNames(problems);
            if (!problems.isEmpty()) {
                return Written.refuse(problems, files, console);
            }
            var serving = authority.orElseThrow().issueServing(served.orElseThrow(), validity, console.clock());
            try {
                files.writeServing(serving);
            } catch (IOException failure) {
                return Written.failed(failure, files, console);
            }
            return Written.report(serving, files, console);
        }
    }

    /** A new CA in front of those that have not expired; the serving certificate stays. */
    record Authority(CertificateFiles files, Duration validity) implements Command.Prepared {
        @Override
        public ExitStatus run(Console console) {
            var problems = new Problems();
            Optional<CertificateBundle> before = files.readBundle(problems);
            if (!problems.isEmpty()) {
                return Written.refuse(problems, files, console);
            }
            var authority = CertificateAuthority.create(validity, console.clock());
            var bundle = before.orElseThrow()
                    .withFirst(authority.certificate())
                    .alive(console.clock().instant());
            try {
                files.writeAuthority(new CertificateBundle(bundle), authority);
            } catch (IOException failure) {
                return Written.failed(failure, files, console);
            }
            console.out().println(authority);
            console.out()
                    .println("ca.crt now holds " + bundle.size()
                            + " certificates; publish it (slipway-certs ca-bundle), then run slipway-certs renew");
            return ExitStatus.OK;
        }
    }
}
