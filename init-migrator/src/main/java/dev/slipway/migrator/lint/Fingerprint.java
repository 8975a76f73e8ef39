package dev.slipway.migrator.lint;

import dev.slipway.migrator.ledger.LedgerScript;
import java.nio.charset.StandardCharsets;

/** Tells a finding from others for those who keep a list of known ones. Lines above it may come and go. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(LintFinding finding) {
        String text = String.join(
                "\0",
                finding.rule().name(),
                finding.file(),
                finding.message(),
                finding.source().strip());
        return LedgerScript.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
