package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.QualifiedName;
import java.util.List;

/**
 * A foreign key that the scripts make.
 *
 * @param newColumns its columns are new too, so that the scripts alone tell whether an index covers them
 */
record ForeignKey(QualifiedName table, List<String> columns, boolean newColumns) {}
