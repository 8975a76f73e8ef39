package dev.slipway.migrator.effects;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can hurt a running system, why, and what to write instead. The names are stable: ignore comments use them. */
public enum Rule {
    CREATE_INDEX_NOT_CONCURRENT(
            "CREATE INDEX on %s",
            "it blocks every write to the table until the index is built",
            "CREATE INDEX CONCURRENTLY, alone in its script"),
    DROP_INDEX_NOT_CONCURRENT(
            "DROP INDEX %s",
            "it blocks reads and writes of the table, and waits for running queries while new ones queue behind it",
            "DROP INDEX CONCURRENTLY, alone in its script"),
    REINDEX_NOT_CONCURRENT(
            "REINDEX of %s",
            "it blocks every write, and reads that would use the index, until it is built",
            "REINDEX … CONCURRENTLY, alone in its script"),
    DETACH_PARTITION_NOT_CONCURRENT(
            "DETACH PARTITION from %s",
            "it blocks reads and writes of the whole partitioned table",
            "DETACH PARTITION … CONCURRENTLY, alone in its script"),
    ATTACH_PARTITION_SCAN(
            "ATTACH PARTITION %s",
            "the partition is locked while all of its rows are checked against the bounds, and against the foreign keys",
            "add a CHECK constraint with the same bounds, and the foreign keys of the partitioned table, NOT VALID, validate them"
                    + " in a later script, then attach"),
    REFRESH_NOT_CONCURRENT(
            "REFRESH MATERIALIZED VIEW %s",
            "the view cannot be read until its query is done",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view"),
    REFUSED_ON_PARTITIONED(
            "%s, which is partitioned",
            "PostgreSQL refuses it, so the script is certain to fail",
            "CREATE INDEX ON ONLY the table, CREATE INDEX CONCURRENTLY on each partition in a script of its own, then ALTER"
                    + " INDEX … ATTACH PARTITION; for anything else there is only the way without CONCURRENTLY or NOT VALID, and"
                    + " its hazard to accept"),
    CREATE_PARTITION(
            "CREATE TABLE … PARTITION OF %s",
            "it blocks reads and writes of the whole partitioned table until the script ends",
            "CREATE TABLE (LIKE the partitioned table INCLUDING DEFAULTS INCLUDING CONSTRAINTS), then ATTACH PARTITION"),
    DEFAULT_PARTITION_SCAN(
            "the default partition %s",
            "it is locked while all of its rows are checked against the bounds of the new partition",
            "add a CHECK constraint to it that excludes the bounds, NOT VALID, validate it in a later script, then attach"),
    NON_TRANSACTIONAL_NOT_ALONE(
            "%s shares its script with other statements",
            "the script cannot be one transaction then: if it fails half-way, the first half stays",
            "give it a script of its own"),
    TRANSACTION_CONTROL(
            "%s in a script",
            "the migrator already runs the script in a transaction, together with its history row", "remove it"),
    SET_NOT_NULL_SCAN(
            "NOT NULL on %s",
            "all rows are checked while reads and writes are blocked",
            "add CHECK (column IS NOT NULL) NOT VALID, validate it in a later script, then SET NOT NULL: it uses the proof"),
    CONSTRAINT_WITHOUT_NOT_VALID(
            "a CHECK constraint on %s",
            "all rows are checked while reads and writes are blocked",
            "add it NOT VALID, then VALIDATE CONSTRAINT in a later script, which blocks no other session"),
    FOREIGN_KEY_WITHOUT_NOT_VALID(
            "a foreign key on %s",
            "all rows are checked while writes to both tables are blocked",
            "add it NOT VALID, then VALIDATE CONSTRAINT in a later script, which blocks no other session"),
    VALIDATE_WITH_NOT_VALID(
            "VALIDATE CONSTRAINT on %s in the script that adds it",
            "the lock of ADD CONSTRAINT is held until the end of the transaction, so over the scan too",
            "validate in a later script"),
    DROP_FOREIGN_KEY(
            "%s loses a foreign key that refers to it",
            "reads and writes of that table are blocked too, until the other statements of the script are done",
            "drop the foreign key alone, in a script before this one"),
    DOMAIN_CONSTRAINT(
            "a new condition on the domain of %s",
            "all rows are checked while writes are blocked; of a validation too, as a domain knows no weaker lock",
            "a CHECK on the columns, added NOT VALID and validated in a later script"),
    UNIQUE_WITHOUT_INDEX(
            "a UNIQUE constraint on %s",
            "its index is built while reads and writes are blocked",
            "CREATE UNIQUE INDEX CONCURRENTLY in a script of its own, then ADD CONSTRAINT … UNIQUE USING INDEX"),
    PRIMARY_KEY_WITHOUT_INDEX(
            "a PRIMARY KEY on %s",
            "its index is built, and NULLs are looked for, while reads and writes are blocked",
            "CREATE UNIQUE INDEX CONCURRENTLY in a script of its own, then ADD PRIMARY KEY USING INDEX on NOT NULL columns"),
    EXCLUSION_CONSTRAINT(
            "an exclusion constraint on %s",
            "its index is built while reads and writes are blocked, and there is no concurrent way",
            "plan a maintenance window, or enforce it with a trigger"),
    ADD_COLUMN_REWRITES(
            "ADD COLUMN %s with a value for each row",
            "a volatile default, a serial, an identity or a stored generated column rewrites the table while reads and"
                    + " writes are blocked",
            "add the column without it, set the default for new rows, fill the old rows in batches"),
    ADD_REQUIRED_COLUMN(
            "ADD COLUMN %s NOT NULL without a default",
            "it fails where the table has rows, and the old version of the application does not fill it",
            "give it a constant default, or add it nullable and tighten it in a later release"),
    CHANGE_COLUMN_TYPE(
            "the type of %s changes",
            "most changes rewrite the table and its indexes while reads and writes are blocked, and the old version of the"
                    + " application may not understand the new type",
            "add a column of the new type, keep both in step, fill it in batches, drop the old one in a later release"),
    SET_EXPRESSION_REWRITES(
            "%s is recomputed",
            "every row is rewritten while reads and writes are blocked",
            "add a plain column, let the application fill it and old rows in batches, drop the generated one in a later release"),
    ENUM_VALUE_IN_ITS_SCRIPT(
            "%s is used in the script that adds it",
            "PostgreSQL knows a new value of an enum only after its commit (55P04), so the script is certain to fail",
            "add the value in a script of its own, before this one"),
    RENAME_COLUMN(
            "%s gets another name",
            "the old version of the application still uses the old name while the new one rolls out",
            "add a column with the new name, keep both in step, drop the old one in a later release"),
    RENAME_TABLE(
            "%s gets another name",
            "the old version of the application still uses the old name while the new one rolls out",
            "leave a view with the old name behind, in the same script, until no old version runs"),
    RENAME_OBJECT(
            "%s gets another name",
            "the old version of the application still uses the old name while the new one rolls out",
            "make a new one under the new name, drop the old one in a later release as a contract migration"),
    DROP_COLUMN(
            "%s goes",
            "the old version of the application still uses it while the new one rolls out, and its data is lost",
            "stop using it first, drop it in a later release as a contract migration"),
    DROP_TABLE(
            "%s goes",
            "the old version of the application still uses it while the new one rolls out, and its data is lost",
            "stop using it first, drop it in a later release as a contract migration"),
    DROP_OBJECT(
            "%s goes",
            "the old version of the application may still use it while the new one rolls out",
            "stop using it first, drop it in a later release as a contract migration"),
    DROP_CASCADE(
            "DROP … CASCADE of %s",
            "it takes away what depends on it, which no script names: views, foreign keys, defaults",
            "drop what depends on it by name, then drop it without CASCADE"),
    DROP_SCHEMA(
            "the schema %s goes",
            "everything in it goes with it, and the old version of the application may still use it",
            "drop its tables one by one, in a later release as contract migrations"),
    TRUNCATE(
            "TRUNCATE %s",
            "it blocks reads and writes until the script ends, and all rows are gone, for the old version too",
            "stop using the rows first, then empty it in a later release as a contract migration"),
    TRUNCATE_CASCADE(
            "TRUNCATE %s CASCADE",
            "it also empties every table with a foreign key to it, and those that refer to them",
            "name all tables that are to be emptied, without CASCADE, in a contract migration"),
    TABLE_REWRITE(
            "%s is rewritten",
            "reads and writes are blocked until the last row is written",
            "pg_repack, or from PostgreSQL 19 on REPACK (CONCURRENTLY), outside of a rollout"),
    BACKFILL_WITH_DDL(
            "every row of %s is written in a script that also changes the schema",
            "the locks of the schema change are held until all rows are written",
            "move it into a script of its own, in batches if the table is large"),
    WRITE_ALL_ROWS(
            "every row of %s is written by one statement",
            "all of them stay locked until the script commits, and as many dead ones are left behind",
            "write them in batches, with a condition on the key and a commit after each"),
    LOCK_TABLE(
            "LOCK TABLE %s",
            "others wait for it until the script ends",
            "leave it out, as each statement takes the lock that it needs; or name a mode that lets writes pass"),
    ROW_SECURITY(
            "the row security of %s changes",
            "the old version of the application sees and writes other rows from then on, without an error",
            "create the policies before, and switch in a later release as a contract migration"),
    UNKNOWN_EFFECTS(
            "what %s does cannot be read",
            "it runs code that is not in the script, or SQL that is put together when it runs",
            "write the statements out; or look at what it runs, and accept it"),
    FOREIGN_KEY_WITHOUT_INDEX(
            "the foreign key on %s has no index",
            "each DELETE or key UPDATE of the referenced table scans this one",
            "create an index that starts with these columns"),
    UNKNOWN_IGNORE(
            "a comment accepts %s",
            "no rule has this name, so the comment ignores nothing", "correct the name, or remove the comment"),
    ACCEPT_WITHOUT_REASON(
            "a comment accepts %s without a reason",
            "the next reader cannot tell whether it still holds, so the comment accepts nothing",
            "-- slipway: accept RULE because REASON");

    private final String what;
    private final String why;
    private final String saferWay;

    Rule(String what, String why, String saferWay) {
        this.what = what;
        this.why = why;
        this.saferWay = saferWay;
    }

    /** In kebab case, as in {@code set-not-null-scan}. */
    public String ruleName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String why() {
        return why;
    }

    public String saferWay() {
        return saferWay;
    }

    /** Whether it is about an old version of the application, which no longer runs when a contract migration runs. */
    public boolean isAboutOldVersion() {
        return switch (this) {
            case DROP_COLUMN, DROP_TABLE, DROP_SCHEMA, DROP_OBJECT, RENAME_COLUMN, RENAME_TABLE, RENAME_OBJECT -> true;
            case TRUNCATE, ROW_SECURITY -> true;
            default -> false;
        };
    }

    /** Whether it depends only on the number of rows, so that a small table is not affected. */
    public boolean isAboutRows() {
        return switch (this) {
            case CREATE_INDEX_NOT_CONCURRENT, REINDEX_NOT_CONCURRENT, ATTACH_PARTITION_SCAN, DEFAULT_PARTITION_SCAN ->
                true;
            case SET_NOT_NULL_SCAN, CONSTRAINT_WITHOUT_NOT_VALID, FOREIGN_KEY_WITHOUT_NOT_VALID -> true;
            case UNIQUE_WITHOUT_INDEX, PRIMARY_KEY_WITHOUT_INDEX, EXCLUSION_CONSTRAINT, DOMAIN_CONSTRAINT -> true;
            case ADD_COLUMN_REWRITES, SET_EXPRESSION_REWRITES, TABLE_REWRITE, WRITE_ALL_ROWS, BACKFILL_WITH_DDL -> true;
            default -> false;
        };
    }

    /** Describes what a statement that breaks the rule does to this object. */
    public String what(String subject) {
        return what.formatted(subject);
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(Rule::ruleName).toList();
    }

    static Optional<Rule> named(String name) {
        return Arrays.stream(values())
                .filter(rule -> rule.ruleName().equals(name))
                .findFirst();
    }
}
