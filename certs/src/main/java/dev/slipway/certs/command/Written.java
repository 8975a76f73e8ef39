package dev.slipway.certs.command;

import dev.slipway.certs.CertificateFiles;
import dev.slipway.certs.CertificateText;
import dev.slipway.certs.ServingCertificate;
import dev.slipway.contract.Problems;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;

/** How the commands that write files end. */
final class Written {
    private Written() {}

    static ExitStatus report(ServingCertificate serving, CertificateFiles files, Console console) {
        var names = new ArrayList<>(CertificateText.dnsNames(serving.certificate()));
        names.addAll(CertificateText.ipAddresses(serving.certificate()));
        console.out()
                .println("serving certificate for " + String.join(", ", names) + " until " + serving.notAfter()
                        + ", in " + files.directory());
        return ExitStatus.OK;
    }

    static ExitStatus refuse(Problems problems, CertificateFiles files, Console console) {
        console.err().println(problems.describe(files.directory().toString()));
        return ExitStatus.FAILED;
    }

    static ExitStatus failed(IOException failure, CertificateFiles files, Console console) {
        String reason = failure instanceof AccessDeniedException ? "permission denied" : failure.toString();
        console.err().println("can't write to " + files.directory() + ": " + reason);
        return ExitStatus.FAILED;
    }
}
