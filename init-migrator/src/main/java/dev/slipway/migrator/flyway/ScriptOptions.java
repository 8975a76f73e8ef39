package dev.slipway.migrator.flyway;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Flyway's script configuration: a file of the script's name with {@code .conf} at its end.
 *
 * @param inTransaction whether the script may run in one transaction
 * @param replacesPlaceholders whether <code>${…}</code> in it is replaced
 */
record ScriptOptions(boolean inTransaction, boolean replacesPlaceholders) {
    /** Those of the file beside the script; Flyway's defaults where there is none. */
    static ScriptOptions of(Path script) throws IOException {
        Path configuration = script.resolveSibling(script.getFileName() + ".conf");
        var properties = new Properties();
        if (Files.exists(configuration)) {
            try (Reader reader = Files.newBufferedReader(configuration)) {
                properties.load(reader);
            }
        }
        return new ScriptOptions(isOn(properties, "executeInTransaction"), isOn(properties, "placeholderReplacement"));
    }

    private static boolean isOn(Properties properties, String name) {
        return !"false".equalsIgnoreCase(properties.getProperty(name, "true").strip());
    }
}
