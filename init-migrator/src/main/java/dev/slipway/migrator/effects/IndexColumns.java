package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import java.util.HashSet;
import java.util.List;

/** The columns of an index that the scripts create, in order. */
public record IndexColumns(QualifiedName table, List<String> columns) {
    /** True if the index finds the rows of a key: its first columns are the key's, in any order. */
    public boolean covers(ForeignKey key) {
        int width = key.columns().size();
        return table.equals(key.table())
                && columns.size() >= width
                && new HashSet<>(columns.subList(0, width)).equals(new HashSet<>(key.columns()));
    }
}
