package dev.slipway.certs.command;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.CertificateText;
import dev.slipway.certs.Pem;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ca-bundle}: the CA certificates as a webhook configuration takes them. */
record PrintCaBundle(List<Path> files) implements Command.Prepared {
    static Optional<PrintCaBundle> prepare(Invocation.Run<Command> arguments, Problems problems) {
        var files = new ArrayList<Path>();
        arguments.operands().forEach(word -> Folder.path(word, "FILE", problems).ifPresent(files::add));
        arguments
                .one(Option.DIR)
                .flatMap(text -> Folder.path(text, Option.DIR.name(), problems))
                .map(directory -> directory.resolve(CertificateFiles.CA_CERTIFICATE))
                .ifPresent(files::add);
        if (files.isEmpty() && problems.isEmpty()) {
            problems.add("FILE", "and --dir are both missing; expected files with CA certificates, or their folder");
        }
        return problems.isEmpty() ? Optional.of(new PrintCaBundle(List.copyOf(files))) : Optional.empty();
    }

    @Override
    public ExitStatus run(Console console) {
        var problems = new Problems();
        var authorities = new ArrayList<X509Certificate>();
        files.forEach(file -> authorities.addAll(authorities(file, problems)));
        if (!problems.isEmpty()) {
            console.err().println(problems.describe("the CA certificates"));
            return ExitStatus.FAILED;
        }
        console.out().println(new CertificateBundle(authorities).toBase64());
        return ExitStatus.OK;
    }

    private static List<X509Certificate> authorities(Path file, Problems problems) {
        List<X509Certificate> certificates = CertificateFiles.read(file, problems)
                .map(text -> Pem.certificates(text, file.toString(), problems))
                .orElse(List.of());
        certificates.stream()
                .filter(certificate -> !CertificateAuthority.isAuthority(certificate))
                .forEach(certificate -> problems.add(
                        file.toString(),
                        "holds " + CertificateText.oneLine(certificate) + ", which is not a CA; expected CAs only"));
        return certificates;
    }
}
