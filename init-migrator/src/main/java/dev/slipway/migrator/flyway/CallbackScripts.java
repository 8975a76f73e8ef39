package dev.slipway.migrator.flyway;

import dev.slipway.migrator.files.CallbackFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resource.filesystem.FileSystemResource;
import org.jspecify.annotations.Nullable;

/** All the files that Flyway gets to see: the SQL callbacks that were read, and their configuration files. */
final class CallbackScripts implements ResourceProvider {
    private static final String OPTIONS = ".conf";

    private final List<CallbackFile> callbacks;

    CallbackScripts(List<CallbackFile> callbacks) {
        this.callbacks = callbacks;
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        Optional<Path> options = callbacks.stream()
                .filter(each -> name.equals(each.path() + OPTIONS))
                .map(each -> each.path().resolveSibling(each.path().getFileName() + OPTIONS))
                .filter(Files::exists)
                .findFirst();
        return options.map(CallbackScripts::resource).orElse(null);
    }

    /** Flyway looks up each kind by its suffixes, and programs without a suffix; there are no programs. */
    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        boolean sql = List.of(suffixes).stream().noneMatch(String::isEmpty);
        return sql ? callbacks.stream().map(each -> resource(each.path())).toList() : List.of();
    }

    private static LoadableResource resource(Path path) {
        return new FileSystemResource(null, path.toString(), StandardCharsets.UTF_8, false);
    }
}
