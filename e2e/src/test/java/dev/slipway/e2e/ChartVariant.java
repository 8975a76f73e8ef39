package dev.slipway.e2e;

import dev.slipway.testkit.kubernetes.Kubectl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One way to install Slipway that kustomize and the chart both know.
 *
 * @param overlay its folder below {@code k8s/overlays}, and its values below {@code k8s/chart/values}; empty for the base
 */
record ChartVariant(Optional<String> overlay) {
    private static final String OWN_CERTIFICATE = "own-certificate";

    /** Three real files, because the API server warns of others. */
    static ChartVariant ownCertificate() {
        return new ChartVariant(Optional.of(OWN_CERTIFICATE));
    }

    /** The base and every overlay: one without values fails where the chart is rendered. */
    static List<ChartVariant> all() throws IOException {
        return Stream.concat(
                        Stream.of(new ChartVariant(Optional.empty())),
                        Manifests.overlays().stream().map(name -> new ChartVariant(Optional.of(name))))
                .toList();
    }

    /** What kustomize makes of it. */
    String kustomize(Kubectl kubectl, Path temporary) {
        return kubectl.run("kustomize", folder(temporary).toString());
    }

    /** What Helm makes of it. */
    String chart(Helm helm, Path temporary) {
        var flags = new ArrayList<>(flags(temporary));
        // helm test is Helm's alone.
        flags.add("--skip-tests");
        return helm.template(flags);
    }

    /** The flags of Helm that make it this variant. */
    List<String> flags(Path temporary) {
        var flags = new ArrayList<String>();
        overlay.ifPresent(name ->
                flags.add("--values=" + Manifests.ROOT.resolve("chart/values").resolve(name + ".yaml")));
        if (isOwnCertificate()) {
            Path files = folder(temporary);
            flags.add("--set-file=certificates.files.certificate=" + files.resolve("tls.crt"));
            flags.add("--set-file=certificates.files.key=" + files.resolve("tls.key"));
            flags.add("--set-file=certificates.files.ca=" + files.resolve("ca.crt"));
        }
        return flags;
    }

    /** The overlay for own certificates is a copy beside three real files. */
    private Path folder(Path temporary) {
        if (!isOwnCertificate()) {
            return overlay.map(Manifests::overlay).orElse(Manifests.ROOT);
        }
        Path prepared = temporary.resolve("k8s/overlays").resolve(OWN_CERTIFICATE);
        return prepared.toFile().exists() ? prepared : OwnCertificate.prepare(temporary);
    }

    private boolean isOwnCertificate() {
        return overlay.equals(Optional.of(OWN_CERTIFICATE));
    }

    @Override
    public String toString() {
        return overlay.orElse("base");
    }
}
