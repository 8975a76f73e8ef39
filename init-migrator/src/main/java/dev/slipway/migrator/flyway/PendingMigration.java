package dev.slipway.migrator.flyway;

import dev.slipway.migrator.files.MigrationFile;
import java.util.Date;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.baseline.BaselineMigrationType;
import org.flywaydb.core.extensibility.MigrationType;
import org.jspecify.annotations.Nullable;

/** A script that is about to run, as Flyway's callbacks see it. */
record PendingMigration(MigrationFile file, int checksum) implements MigrationInfo {
    @Override
    public MigrationType getType() {
        return file.kind() == MigrationFile.Kind.BASELINE ? BaselineMigrationType.SQL_BASELINE : CoreMigrationType.SQL;
    }

    @Override
    public Integer getChecksum() {
        return checksum;
    }

    @Override
    public @Nullable MigrationVersion getVersion() {
        return file.version()
                .map(version -> MigrationVersion.fromVersion(version.toString()))
                .orElse(null);
    }

    @Override
    public String getDescription() {
        return file.description();
    }

    @Override
    public String getScript() {
        return file.script();
    }

    @Override
    public MigrationState getState() {
        return MigrationState.PENDING;
    }

    @Override
    public @Nullable Date getInstalledOn() {
        return null;
    }

    @Override
    public @Nullable String getInstalledBy() {
        return null;
    }

    @Override
    public @Nullable Integer getInstalledRank() {
        return null;
    }

    @Override
    public @Nullable Integer getExecutionTime() {
        return null;
    }

    @Override
    public String getPhysicalLocation() {
        return file.path().toAbsolutePath().toString();
    }

    @Override
    public int compareVersion(MigrationInfo other) {
        MigrationVersion version = getVersion();
        return version == null || other.getVersion() == null ? 0 : version.compareTo(other.getVersion());
    }

    /** Versions come first, because they run first. */
    @Override
    public int compareTo(MigrationInfo other) {
        if (isVersioned() != other.isVersioned()) {
            return isVersioned() ? -1 : 1;
        }
        return isVersioned() ? compareVersion(other) : getDescription().compareTo(other.getDescription());
    }
}
