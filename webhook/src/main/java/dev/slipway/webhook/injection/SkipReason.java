package dev.slipway.webhook.injection;

import java.util.Locale;

/** Why a pod is left as it is. A closed list, because metrics carry it as a label. */
public enum SkipReason {
    /** No {@code slipway.dev/migrate}. */
    NOT_OPTED_IN,
    /** {@code slipway.dev/migrate: "false"}. */
    OPTED_OUT,
    /** Our init containers are there, and where they should be. */
    ALREADY_INJECTED,
    /** The API server's picture of a static pod: the kubelet runs the file on the node, whatever the picture says. */
    MIRROR_POD,
    /** An update that leaves the pod template alone: what is running already must stay changeable. */
    TEMPLATE_UNCHANGED,
    /** The object is on its way out. */
    BEING_DELETED,
    /** An update that leaves a mistake in opting in as it was; it is warned of. */
    OPT_IN_MISTAKE,
    /** Another kind of object, subresource or operation than this endpoint is for. */
    NOT_FOR_US;

    /** In kebab case, as in metrics and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
