package dev.slipway.webhook.injection;

import java.util.Optional;

/** Where the migrations come from, as {@code slipway.dev/migrations-from} names it. */
sealed interface MigrationsSource {
    /** The migrator image carries them. */
    record MigratorImage() implements MigrationsSource {}

    /** Another image, mounted as an image volume or copied. */
    record Image(String reference) implements MigrationsSource {}

    /** The image of a container of the same pod. */
    record ContainerImage(String container) implements MigrationsSource {}

    /** A ConfigMap in the pod's namespace; each key is a file. */
    record ConfigMap(String name) implements MigrationsSource {}

    /** A volume that the pod already has. */
    record Volume(String name) implements MigrationsSource {}

    /** The source of this text; empty if it is not one. */
    static Optional<MigrationsSource> parse(String text) {
        if (text.equals("image")) {
            return Optional.of(new MigratorImage());
        }
        return firstPresent(
                nameAfter("image:", text)
                        .flatMap(KubernetesNames::imageReference)
                        .map(Image::new),
                nameAfter("container:", text).flatMap(KubernetesNames::label).map(ContainerImage::new),
                nameAfter("configmap:", text)
                        .flatMap(KubernetesNames::subdomain)
                        .map(ConfigMap::new),
                nameAfter("volume:", text).flatMap(KubernetesNames::label).map(Volume::new));
    }

    /** What follows the keyword; empty if the text does not start with it. */
    static Optional<String> nameAfter(String keyword, String text) {
        return text.startsWith(keyword) ? Optional.of(text.substring(keyword.length())) : Optional.empty();
    }

    @SafeVarargs
    private static Optional<MigrationsSource> firstPresent(Optional<? extends MigrationsSource>... candidates) {
        for (Optional<? extends MigrationsSource> candidate : candidates) {
            if (candidate.isPresent()) {
                return Optional.of(candidate.get());
            }
        }
        return Optional.empty();
    }
}
