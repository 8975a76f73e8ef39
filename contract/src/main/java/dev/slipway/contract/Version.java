package dev.slipway.contract;

import org.jspecify.annotations.Nullable;

/** The version of Slipway, as the build wrote it into the manifest. */
public final class Version {
    private Version() {}

    /** @param anchor a class of the program; its jar is asked. "development" if it does not come from a jar. */
    public static String of(Class<?> anchor) {
        @Nullable String version = anchor.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
