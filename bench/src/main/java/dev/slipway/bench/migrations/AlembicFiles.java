package dev.slipway.bench.migrations;

import java.nio.file.Path;

/** The Python that Alembic wants around its statements. */
final class AlembicFiles {
    static final String ENVIRONMENT = """
            import os
            from alembic import context
            from sqlalchemy import create_engine, pool
            url = "postgresql+psycopg://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
            with create_engine(url, poolclass=pool.NullPool).connect() as connection:
                context.configure(connection=connection)
                with context.begin_transaction():
                    context.run_migrations()
            """;

    private AlembicFiles() {}

    static String configuration(Path folder) {
        return "[alembic]\nscript_location = " + folder + "\n";
    }

    static String revision(MigrationSet set, int number) {
        String before = number == 1 ? "None" : "'m%04d'".formatted(number - 1);
        String execute = "op.execute(\"" + set.statement(number) + "\")";
        String body =
                set.isConcurrent(number) ? "with op.get_context().autocommit_block():\n        " + execute : execute;
        return """
                from alembic import op
                revision = 'm%04d'
                down_revision = %s
                def upgrade():
                    %s
                """.formatted(number, before, body);
    }
}
