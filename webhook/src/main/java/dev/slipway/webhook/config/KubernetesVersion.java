package dev.slipway.webhook.config;

/** The version of an API server, as far as it decides anything here. */
public record KubernetesVersion(int major, int minor) {
    /** On by default from 1.35. */
    public boolean hasImageVolumes() {
        return major > 1 || (major == 1 && minor >= 35);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
