package dev.slipway.migrator.effects;

import static dev.slipway.migrator.effects.LockMode.ACCESS_EXCLUSIVE;
import static dev.slipway.migrator.effects.LockMode.EXCLUSIVE;
import static dev.slipway.migrator.effects.LockMode.ROW_EXCLUSIVE;
import static dev.slipway.migrator.effects.LockMode.SHARE;
import static dev.slipway.migrator.effects.LockMode.SHARE_ROW_EXCLUSIVE;
import static dev.slipway.migrator.effects.LockMode.SHARE_UPDATE_EXCLUSIVE;
import static dev.slipway.migrator.effects.TableWork.NONE;
import static dev.slipway.migrator.effects.TableWork.REWRITE;
import static dev.slipway.migrator.effects.TableWork.SCAN;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of PostgreSQL's lock levels: what can be done to a relation, under which lock, and with how much work. An
 * integration test compares each entry with what a real server takes.
 */
public enum Operation {
    CREATE_INDEX("", SHARE, SCAN, Rule.CREATE_INDEX_NOT_CONCURRENT),
    CREATE_INDEX_CONCURRENTLY("", SHARE_UPDATE_EXCLUSIVE, SCAN),
    DROP_INDEX("", ACCESS_EXCLUSIVE, NONE, Rule.DROP_INDEX_NOT_CONCURRENT),
    DROP_INDEX_CONCURRENTLY("", SHARE_UPDATE_EXCLUSIVE, NONE),
    /** The table of an index that is dropped, or built. */
    TABLE_OF_DROPPED_INDEX("", ACCESS_EXCLUSIVE, NONE),
    TABLE_OF_INDEX("", SHARE, SCAN),
    TABLE_OF_INDEX_CONCURRENTLY("", SHARE_UPDATE_EXCLUSIVE, NONE),
    REINDEX_TABLE("", SHARE, SCAN, Rule.REINDEX_NOT_CONCURRENT),
    REINDEX_INDEX("", ACCESS_EXCLUSIVE, SCAN, Rule.REINDEX_NOT_CONCURRENT),
    REINDEX_CONCURRENTLY("", SHARE_UPDATE_EXCLUSIVE, SCAN),

    ADD_COLUMN("ADD COLUMN", ACCESS_EXCLUSIVE, NONE),
    ADD_COLUMN_REWRITING("ADD COLUMN", ACCESS_EXCLUSIVE, REWRITE, Rule.ADD_COLUMN_REWRITES),
    ADD_REQUIRED_COLUMN("ADD COLUMN", ACCESS_EXCLUSIVE, SCAN, Rule.ADD_REQUIRED_COLUMN),
    DROP_COLUMN("DROP COLUMN", ACCESS_EXCLUSIVE, NONE, Rule.DROP_COLUMN),
    ALTER_COLUMN_TYPE("SET DATA TYPE", ACCESS_EXCLUSIVE, REWRITE, Rule.CHANGE_COLUMN_TYPE),
    /** The values stay as they are, but the indexes on them are built in another order. */
    RECOLLATE_COLUMN("SET DATA TYPE", ACCESS_EXCLUSIVE, SCAN, Rule.CHANGE_COLUMN_TYPE),
    /** The values stay as they are. */
    WIDEN_COLUMN("SET DATA TYPE", ACCESS_EXCLUSIVE, NONE),
    /** The values stay as they are, but a CHECK is evaluated on them again. */
    WIDEN_CHECKED_COLUMN("SET DATA TYPE", ACCESS_EXCLUSIVE, SCAN, Rule.CONSTRAINT_WITHOUT_NOT_VALID),
    /** The CHECK only prepares SET NOT NULL, and is needed until then. */
    WIDEN_PROVEN_COLUMN("SET DATA TYPE", ACCESS_EXCLUSIVE, SCAN),
    COLUMN_DEFAULT("DEFAULT", ACCESS_EXCLUSIVE, NONE),
    SET_NOT_NULL("SET NOT NULL", ACCESS_EXCLUSIVE, SCAN, Rule.SET_NOT_NULL_SCAN),
    DROP_NOT_NULL("DROP NOT NULL", ACCESS_EXCLUSIVE, NONE),
    SET_EXPRESSION("SET EXPRESSION", ACCESS_EXCLUSIVE, REWRITE, Rule.SET_EXPRESSION_REWRITES),
    DROP_EXPRESSION("DROP EXPRESSION", ACCESS_EXCLUSIVE, NONE),
    COLUMN_IDENTITY("IDENTITY", ACCESS_EXCLUSIVE, NONE),
    COLUMN_STORAGE("STORAGE", ACCESS_EXCLUSIVE, NONE),
    COLUMN_COMPRESSION("COMPRESSION", ACCESS_EXCLUSIVE, NONE),
    COLUMN_STATISTICS("STATISTICS", SHARE_UPDATE_EXCLUSIVE, NONE),
    COLUMN_OPTIONS("column options", SHARE_UPDATE_EXCLUSIVE, NONE),

    ADD_CHECK("ADD CHECK", ACCESS_EXCLUSIVE, SCAN, Rule.CONSTRAINT_WITHOUT_NOT_VALID),
    ADD_CHECK_NOT_VALID("ADD CHECK … NOT VALID", ACCESS_EXCLUSIVE, NONE),
    ADD_NOT_NULL("ADD NOT NULL", ACCESS_EXCLUSIVE, SCAN, Rule.SET_NOT_NULL_SCAN),
    ADD_NOT_NULL_NOT_VALID("ADD NOT NULL … NOT VALID", ACCESS_EXCLUSIVE, NONE),
    ADD_FOREIGN_KEY("ADD FOREIGN KEY", SHARE_ROW_EXCLUSIVE, SCAN, Rule.FOREIGN_KEY_WITHOUT_NOT_VALID),
    ADD_FOREIGN_KEY_NOT_VALID("ADD FOREIGN KEY … NOT VALID", SHARE_ROW_EXCLUSIVE, NONE),
    /** The other end of a foreign key. */
    REFERENCED("", SHARE_ROW_EXCLUSIVE, NONE),
    /** The other end of a foreign key that is checked at once: the two tables are joined. */
    REFERENCED_AND_READ("", SHARE_ROW_EXCLUSIVE, SCAN),
    /** The other end of a foreign key that is dropped, alone or with its column or table. */
    UNREFERENCED("", ACCESS_EXCLUSIVE, NONE, Rule.DROP_FOREIGN_KEY),
    /** The other end of a foreign key that is recreated for another type, and checked. */
    REFERENCE_REMADE("", ACCESS_EXCLUSIVE, SCAN),
    /** A relation that loses a foreign key or its query to a CASCADE. */
    DEPENDENT("", ACCESS_EXCLUSIVE, NONE),
    ADD_UNIQUE("ADD UNIQUE", ACCESS_EXCLUSIVE, SCAN, Rule.UNIQUE_WITHOUT_INDEX),
    ADD_PRIMARY_KEY("ADD PRIMARY KEY", ACCESS_EXCLUSIVE, SCAN, Rule.PRIMARY_KEY_WITHOUT_INDEX),
    ADD_EXCLUSION("ADD EXCLUDE", ACCESS_EXCLUSIVE, SCAN, Rule.EXCLUSION_CONSTRAINT),
    ADD_USING_INDEX("ADD … USING INDEX", ACCESS_EXCLUSIVE, NONE),
    ALTER_CONSTRAINT("ALTER CONSTRAINT", ACCESS_EXCLUSIVE, NONE),
    DROP_CONSTRAINT("DROP CONSTRAINT", ACCESS_EXCLUSIVE, NONE),
    VALIDATE_CONSTRAINT("VALIDATE CONSTRAINT", SHARE_UPDATE_EXCLUSIVE, SCAN),

    TRIGGER_STATE("TRIGGER", SHARE_ROW_EXCLUSIVE, NONE),
    RULE_STATE("RULE", ACCESS_EXCLUSIVE, NONE),
    ROW_SECURITY("ROW LEVEL SECURITY", ACCESS_EXCLUSIVE, NONE, Rule.ROW_SECURITY),
    CLUSTER_ON("CLUSTER ON", SHARE_UPDATE_EXCLUSIVE, NONE),
    STORAGE_PARAMETERS("storage parameters", SHARE_UPDATE_EXCLUSIVE, NONE),
    SET_LOGGED("SET LOGGED or UNLOGGED", ACCESS_EXCLUSIVE, REWRITE, Rule.TABLE_REWRITE),
    SET_ACCESS_METHOD("SET ACCESS METHOD", ACCESS_EXCLUSIVE, REWRITE, Rule.TABLE_REWRITE),
    SET_TABLESPACE("SET TABLESPACE", ACCESS_EXCLUSIVE, REWRITE, Rule.TABLE_REWRITE),
    SET_SCHEMA("SET SCHEMA", ACCESS_EXCLUSIVE, NONE, Rule.RENAME_TABLE),
    RENAME_TABLE("RENAME TO", ACCESS_EXCLUSIVE, NONE, Rule.RENAME_TABLE),
    RENAME_COLUMN("RENAME COLUMN", ACCESS_EXCLUSIVE, NONE, Rule.RENAME_COLUMN),
    RENAME_CONSTRAINT("RENAME CONSTRAINT", ACCESS_EXCLUSIVE, NONE),
    INHERIT("INHERIT", ACCESS_EXCLUSIVE, NONE),
    /** The other end of INHERIT. */
    INHERITED("", SHARE_UPDATE_EXCLUSIVE, NONE),
    OF_TYPE("OF", ACCESS_EXCLUSIVE, NONE),
    OWNER("OWNER TO", ACCESS_EXCLUSIVE, NONE),
    REPLICA_IDENTITY("REPLICA IDENTITY", ACCESS_EXCLUSIVE, NONE),
    ATTACH_PARTITION("ATTACH PARTITION", SHARE_UPDATE_EXCLUSIVE, NONE),
    ATTACHED_PARTITION("", ACCESS_EXCLUSIVE, SCAN, Rule.ATTACH_PARTITION_SCAN),
    DETACH_PARTITION("DETACH PARTITION", ACCESS_EXCLUSIVE, NONE, Rule.DETACH_PARTITION_NOT_CONCURRENT),
    DETACHED_PARTITION("", ACCESS_EXCLUSIVE, NONE),
    DETACH_CONCURRENTLY("DETACH PARTITION", SHARE_UPDATE_EXCLUSIVE, NONE),
    /** A form missing from this table: PostgreSQL's own default for ALTER. */
    ALTER_OTHERWISE("", ACCESS_EXCLUSIVE, NONE),

    PARTITIONED_PARENT("", ACCESS_EXCLUSIVE, NONE, Rule.CREATE_PARTITION),
    /** The default partition, in which no row may belong to the new partition. */
    DEFAULT_PARTITION("", ACCESS_EXCLUSIVE, SCAN, Rule.DEFAULT_PARTITION_SCAN),
    /** The parent of a partition that is dropped or detached, and the default partition beside it. */
    LEFT_BY_PARTITION("", ACCESS_EXCLUSIVE, NONE),
    CREATE_TRIGGER("", SHARE_ROW_EXCLUSIVE, NONE),
    /** Rules, permissive policies, and the removal of triggers. */
    ATTACHED_OBJECT("", ACCESS_EXCLUSIVE, NONE),
    /** A restrictive policy, or a policy that is changed or dropped. */
    POLICY("", ACCESS_EXCLUSIVE, NONE, Rule.ROW_SECURITY),
    STATISTICS_OR_COMMENT("", SHARE_UPDATE_EXCLUSIVE, NONE),
    PUBLISHED("", SHARE_UPDATE_EXCLUSIVE, NONE),
    REPLACE_VIEW("", ACCESS_EXCLUSIVE, NONE),
    DROP_TABLE("", ACCESS_EXCLUSIVE, NONE, Rule.DROP_TABLE),
    DROP_RELATION("", ACCESS_EXCLUSIVE, NONE, Rule.DROP_OBJECT),
    TRUNCATE("", ACCESS_EXCLUSIVE, NONE, Rule.TRUNCATE),
    TRUNCATE_CASCADE("", ACCESS_EXCLUSIVE, NONE, Rule.TRUNCATE_CASCADE),
    VACUUM("", SHARE_UPDATE_EXCLUSIVE, SCAN),
    VACUUM_FULL("", ACCESS_EXCLUSIVE, REWRITE, Rule.TABLE_REWRITE),
    CLUSTER("", ACCESS_EXCLUSIVE, REWRITE, Rule.TABLE_REWRITE),
    ANALYZE("", SHARE_UPDATE_EXCLUSIVE, NONE),
    REFRESH("", ACCESS_EXCLUSIVE, REWRITE, Rule.REFRESH_NOT_CONCURRENT),
    REFRESH_CONCURRENTLY("", EXCLUSIVE, SCAN),
    RENAME_INDEX("", SHARE_UPDATE_EXCLUSIVE, NONE),
    ALTER_SEQUENCE("", SHARE_ROW_EXCLUSIVE, NONE),
    LOCK_TABLE("", ACCESS_EXCLUSIVE, NONE, Rule.LOCK_TABLE),
    /** Stands for the tables that have a column of the domain. */
    DOMAIN_CONSTRAINT("", SHARE, SCAN, Rule.DOMAIN_CONSTRAINT),
    /** It depends on the data how many rows it reads to find those that it writes. */
    WRITE_ROWS("", ROW_EXCLUSIVE, NONE),
    /** UPDATE or DELETE without WHERE. */
    WRITE_ALL_ROWS("", ROW_EXCLUSIVE, SCAN, Rule.WRITE_ALL_ROWS);

    private final String label;
    private final LockMode lock;
    private final TableWork work;
    private final @Nullable Rule rule;

    Operation(String label, LockMode lock, TableWork work) {
        this(label, lock, work, null);
    }

    Operation(String label, LockMode lock, TableWork work, @Nullable Rule rule) {
        this.label = label;
        this.lock = lock;
        this.work = work;
        this.rule = rule;
    }

    /** The form of ALTER TABLE; empty if the command has no form. */
    String label() {
        return label;
    }

    LockMode lock() {
        return lock;
    }

    TableWork work() {
        return work;
    }

    /** The rule that it breaks if other sessions use the relation. */
    Optional<Rule> rule() {
        return Optional.ofNullable(rule);
    }
}
