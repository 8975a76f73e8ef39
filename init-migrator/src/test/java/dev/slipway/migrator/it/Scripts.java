package dev.slipway.migrator.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of migrations that a test writes as it goes. */
record Scripts(Path folder) {
    /** An empty folder of this name below a temporary one. */
    static Scripts in(Path parent, String name) {
        try {
            return new Scripts(Files.createDirectories(parent.resolve(name)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Scripts in(Path parent) {
        return in(parent, "sql");
    }

    /** Writes a script, or replaces it. */
    Scripts with(String name, String sql) {
        return with(name, sql.getBytes(StandardCharsets.UTF_8));
    }

    Scripts with(String name, byte[] bytes) {
        try {
            Files.write(folder.resolve(name), bytes);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Scripts without(String name) {
        try {
            Files.delete(folder.resolve(name));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
