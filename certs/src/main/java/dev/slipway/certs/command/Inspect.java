package dev.slipway.certs.command;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.CertificateText;
import dev.slipway.certs.KeyMaterial;
import dev.slipway.certs.Pem;
import dev.slipway.certs.ServingCheck;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code inspect}: what is in the files, and whether they fit together. */
record Inspect(List<Path> files) implements Command.Prepared {
    private record Found(Path file, List<X509Certificate> certificates, List<PrivateKey> keys) {
        Optional<X509Certificate> leaf() {
            return certificates.stream()
                    .findFirst()
                    .filter(certificate -> !CertificateAuthority.isAuthority(certificate));
        }
    }

    static Optional<Inspect> prepare(Invocation.Run<Command> arguments, Problems problems) {
        List<Path> files = arguments.operands().stream()
                .flatMap(word -> Folder.path(word, "FILE", problems).stream())
                .toList();
        return problems.isEmpty() ? Optional.of(new Inspect(files)) : Optional.empty();
    }

    @Override
    public ExitStatus run(Console console) {
        var problems = new Problems();
        List<Found> all =
                files.stream().flatMap(file -> read(file, problems).stream()).toList();
        List<X509Certificate> certificates =
                all.stream().flatMap(found -> found.certificates().stream()).toList();
        Instant now = console.clock().instant();
        for (Found found : all) {
            found.certificates().forEach(certificate -> describe(certificate, now, console));
            checkTime(found, now, problems);
            checkChain(found, certificates, now, problems, console);
            describeKeys(found, certificates, problems, console);
        }
        if (!problems.isEmpty()) {
            console.err().println(problems.describe("the files"));
        }
        return problems.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private static Optional<Found> read(Path file, Problems problems) {
        Optional<String> text = CertificateFiles.read(file, problems);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var problemsOfFile = new Problems();
        boolean hasKey = text.get().contains("PRIVATE KEY-----");
        boolean hasCertificate = text.get().contains("CERTIFICATE-----");
        List<PrivateKey> keys = hasKey ? Pem.privateKeys(text.get(), file.toString(), problemsOfFile) : List.of();
        List<X509Certificate> certificates =
                hasKey && !hasCertificate ? List.of() : Pem.certificates(text.get(), file.toString(), problemsOfFile);
        problemsOfFile.list().forEach(problem -> problems.add(problem.where(), problem.what()));
        return problemsOfFile.isEmpty() ? Optional.of(new Found(file, certificates, keys)) : Optional.empty();
    }

    private static void describe(X509Certificate certificate, Instant now, Console console) {
        List<String> names = Stream.concat(
                        CertificateText.dnsNames(certificate).stream(),
                        CertificateText.ipAddresses(certificate).stream())
                .toList();
        Instant notAfter = certificate.getNotAfter().toInstant();
        console.out().println(certificate.getSubjectX500Principal().getName());
        line("kind", CertificateAuthority.isAuthority(certificate) ? "CA" : "serving certificate", console);
        line("issuer", certificate.getIssuerX500Principal().getName(), console);
        line("serial", CertificateText.serial(certificate), console);
        line("key", KeyMaterial.describe(certificate.getPublicKey()), console);
        if (!names.isEmpty()) {
            line("names", String.join(", ", names), console);
        }
        line("valid", certificate.getNotBefore().toInstant() + " to " + notAfter, console);
        line("left", left(now, notAfter), console);
    }

    private static void line(String label, String value, Console console) {
        console.out().printf("  %-7s %s%n", label, value);
    }

    private static String left(Instant now, Instant notAfter) {
        Duration left = Duration.between(now, notAfter);
        return left.isNegative()
                ? "expired " + left.negated().toDays() + " days ago"
                : left.toDays() + " days" + (left.toDays() == 0 ? " (" + left.toHours() + " hours)" : "");
    }

    private static void checkTime(Found found, Instant now, Problems problems) {
        for (X509Certificate certificate : found.certificates()) {
            Instant from = certificate.getNotBefore().toInstant();
            Instant until = certificate.getNotAfter().toInstant();
            if (now.isBefore(from)) {
                problems.add(found.file().toString(), "holds a certificate that is not valid before " + from);
            } else if (!now.isBefore(until)) {
                problems.add(found.file().toString(), "holds a certificate that expired at " + until);
            }
        }
    }

    private static void checkChain(
            Found found, List<X509Certificate> all, Instant now, Problems problems, Console console) {
        if (found.leaf().isEmpty()) {
            return;
        }
        List<X509Certificate> authorities =
                all.stream().filter(CertificateAuthority::isAuthority).toList();
        if (authorities.isEmpty()) {
            line("chain", "not checked: no CA certificate among the files", console);
            return;
        }
        List<String> wrong = ServingCheck.chainProblems(found.certificates(), new CertificateBundle(authorities), now);
        line("chain", wrong.isEmpty() ? "holds" : "does not hold", console);
        wrong.forEach(text -> problems.add(found.file().toString(), "does not chain: " + text));
    }

    private static void describeKeys(Found found, List<X509Certificate> all, Problems problems, Console console) {
        for (PrivateKey key : found.keys()) {
            var owners = new ArrayList<String>();
            all.stream()
                    .filter(certificate -> KeyMaterial.isPair(certificate.getPublicKey(), key))
                    .forEach(certificate -> owners.add(CertificateText.subject(certificate)));
            console.out().println("private key in " + found.file());
            line("key", KeyMaterial.describe(key), console);
            line("owner", owners.isEmpty() ? "none of these certificates" : String.join(", ", owners), console);
            if (owners.isEmpty() && !all.isEmpty()) {
                problems.add(found.file().toString(), "holds a private key of none of these certificates");
            }
        }
    }
}
