package dev.slipway.contract;

/** How a folder of migrations is laid out. */
public enum MigrationsFormat {
    /** Drizzle if the folder holds a Drizzle journal or Drizzle's migration folders, else Flyway. */
    AUTO,
    /** {@code V1__name.sql}, {@code R__name.sql} and the rest of Flyway's names. */
    FLYWAY,
    /** A folder that drizzle-kit wrote. */
    DRIZZLE
}
