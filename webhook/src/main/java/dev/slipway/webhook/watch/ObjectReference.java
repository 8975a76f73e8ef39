package dev.slipway.webhook.watch;

import java.util.Optional;
import java.util.regex.Pattern;

/** Another object of the same namespace, as an {@code ownerReference} names it. */
record ObjectReference(String apiVersion, String kind, String name, String uid) {
    private static final Pattern API_VERSION = Pattern.compile("[a-z0-9]([-a-z0-9./]{0,250}[a-z0-9])?");
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern UID = Pattern.compile("[-A-Za-z0-9]{1,64}");

    /** The creator of a pod writes its references: empty if one has a form that no object has. */
    static Optional<ObjectReference> of(String apiVersion, String kind, String name, String uid) {
        boolean possible = API_VERSION.matcher(apiVersion).matches()
                && KIND.matcher(kind).matches()
                && NAME.matcher(name).matches()
                && UID.matcher(uid).matches();
        return possible ? Optional.of(new ObjectReference(apiVersion, kind, name, uid)) : Optional.empty();
    }
}
