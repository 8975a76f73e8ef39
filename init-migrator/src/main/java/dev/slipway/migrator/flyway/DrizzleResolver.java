package dev.slipway.migrator.flyway;

import dev.slipway.migrator.drizzle.DrizzleProject;
import dev.slipway.migrator.files.MigrationFile;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.executor.MigrationExecutor;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.internal.jdbc.Results;
import org.flywaydb.core.internal.resolver.ResolvedMigrationImpl;

/** Tells Flyway which migrations a Drizzle folder holds; they are SQL scripts like any other. */
final class DrizzleResolver implements MigrationResolver {
    private final DrizzleProject project;

    DrizzleResolver(DrizzleProject project) {
        this.project = project;
    }

    @Override
    public Collection<ResolvedMigration> resolveMigrations(Context context) {
        return project.folder().migrations().stream()
                .map(DrizzleResolver::resolved)
                .toList();
    }

    private static ResolvedMigration resolved(MigrationFile file) {
        return new ResolvedMigrationImpl(
                MigrationVersion.fromVersion(file.version().orElseThrow().toString()),
                file.description(),
                file.script(),
                file.checksum(),
                null,
                CoreMigrationType.SQL,
                file.path().toString(),
                new NotByFlyway());
    }

    /** Its statements are sent by the steps of this package. */
    private static final class NotByFlyway implements MigrationExecutor {
        @Override
        public List<Results> execute(org.flywaydb.core.api.executor.Context context) {
            throw new IllegalStateException("Flyway does not execute scripts here");
        }

        @Override
        public boolean canExecuteInTransaction() {
            return true;
        }

        @Override
        public boolean shouldExecute() {
            return true;
        }
    }
}
