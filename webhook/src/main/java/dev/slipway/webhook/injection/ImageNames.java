package dev.slipway.webhook.injection;

import java.util.Optional;

/** Compares image references, which mirrors and policies rewrite after us. */
final class ImageNames {
    private ImageNames() {}

    /**
     * Whether one may be the other, pulled from a mirror or pinned to a digest. Registry and folders may differ; the last
     * name may not, nor a tag or digest that both have.
     */
    static boolean mayBeSame(String left, String right) {
        return name(left).equals(name(right))
                && agree(digest(left), digest(right))
                && (tag(left).equals(tag(right)) || (pinnedOnly(left) || pinnedOnly(right)));
    }

    private static boolean agree(Optional<String> left, Optional<String> right) {
        return left.isEmpty() || right.isEmpty() || left.equals(right);
    }

    private static boolean pinnedOnly(String reference) {
        return digest(reference).isPresent() && lastPart(reference).indexOf(':') < 0;
    }

    private static String name(String reference) {
        String last = lastPart(reference);
        return last.indexOf(':') < 0 ? last : last.substring(0, last.indexOf(':'));
    }

    private static String tag(String reference) {
        String last = lastPart(reference);
        return last.indexOf(':') < 0 ? "latest" : last.substring(last.indexOf(':') + 1);
    }

    private static Optional<String> digest(String reference) {
        int at = reference.indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(reference.substring(at + 1));
    }

    /** "m:1" of "registry:5000/shop/m:1@sha256:…". */
    private static String lastPart(String reference) {
        String undigested = reference.indexOf('@') < 0 ? reference : reference.substring(0, reference.indexOf('@'));
        return undigested.substring(undigested.lastIndexOf('/') + 1);
    }
}
