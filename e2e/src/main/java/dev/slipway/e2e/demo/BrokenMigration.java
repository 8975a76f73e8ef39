package dev.slipway.e2e.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A migration with a mistake that is easily made: it starts well, and then misspells a column. */
final class BrokenMigration {
    private static final String NAME = "V12__orders_currency.sql";

    private static final String SQL = """
            -- Until now everything was paid in euros.
            ALTER TABLE orders ADD COLUMN currency text;

            UPDATE orders
            SET currency = 'EUR'
            WHERE curency IS NULL;
            """;

    private BrokenMigration() {}

    static void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve(NAME), SQL);
    }
}
