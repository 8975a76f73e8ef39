package dev.slipway.migrator.flyway;

import dev.slipway.migrator.files.Checksum;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.ScriptOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.executor.MigrationExecutor;
import org.flywaydb.core.api.migration.baseline.BaselineResolvedMigration;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.flywaydb.core.internal.jdbc.Results;
import org.flywaydb.core.internal.resolver.ResolvedMigrationImpl;
import org.jspecify.annotations.Nullable;

/** Tells Flyway which migrations there are, instead of letting it look for them: SQL scripts, and nothing else. */
final class FolderResolver implements MigrationResolver {
    private static final NotByFlyway EXECUTOR = new NotByFlyway();

    private final MigrationFolder folder;
    private final Configuration configuration;
    private final Placeholders placeholders;

    FolderResolver(MigrationFolder folder, Configuration configuration, Placeholders placeholders) {
        this.folder = folder;
        this.configuration = configuration;
        this.placeholders = placeholders;
    }

    @Override
    public Collection<ResolvedMigration> resolveMigrations(Context context) {
        return folder.migrations().stream().map(this::resolved).toList();
    }

    private ResolvedMigration resolved(MigrationFile file) {
        String path = file.path().toAbsolutePath().toString();
        if (file.kind() == MigrationFile.Kind.BASELINE) {
            return new BaselineResolvedMigration(
                    version(file),
                    file.description(),
                    file.script(),
                    file.checksum(),
                    null,
                    path,
                    EXECUTOR,
                    configuration);
        }
        boolean repeatable = file.kind() == MigrationFile.Kind.REPEATABLE;
        return new ResolvedMigrationImpl(
                version(file),
                file.description(),
                file.script(),
                repeatable ? replacedChecksum(file) : Integer.valueOf(file.checksum()),
                repeatable ? file.checksum() : null,
                CoreMigrationType.SQL,
                path,
                EXECUTOR);
    }

    private static @Nullable MigrationVersion version(MigrationFile file) {
        return file.version()
                .map(version -> MigrationVersion.fromVersion(version.toString()))
                .orElse(null);
    }

    /** That of the text that is sent: a repeatable migration runs again when the value of a placeholder changes. */
    private int replacedChecksum(MigrationFile file) {
        try {
            if (!file.hasPlaceholder() || !ScriptOptions.of(file.path()).replacesPlaceholders()) {
                return file.checksum();
            }
            String text = placeholders.replace(file.path(), Files.readString(file.path()));
            return Checksum.of(text.getBytes(StandardCharsets.UTF_8));
        } catch (SQLException refused) {
            throw new FlywaySqlException("the values of placeholders are not known", refused);
        } catch (IOException | Placeholders.WithoutValue bad) {
            throw new FlywayException(file.path() + " " + bad.getMessage(), bad);
        }
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
