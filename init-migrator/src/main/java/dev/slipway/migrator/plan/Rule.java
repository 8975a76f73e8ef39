package dev.slipway.migrator.plan;

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
            "the partition is locked while all of its rows are checked against the bounds",
            "add a CHECK constraint with the same bounds first, NOT VALID, validate it in a later script, then attach"),
    REFRESH_NOT_CONCURRENT(
            "REFRESH MATERIALIZED VIEW %s",
            "nobody can read the view until its query is done",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view"),
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
            "add it NOT VALID, then VALIDATE CONSTRAINT in a later script, which blocks nobody"),
    FOREIGN_KEY_WITHOUT_NOT_VALID(
            "a foreign key on %s",
            "all rows are checked while writes to both tables are blocked",
            "add it NOT VALID, then VALIDATE CONSTRAINT in a later script, which blocks nobody"),
    VALIDATE_WITH_NOT_VALID(
            "VALIDATE CONSTRAINT on %s in the script that adds it",
            "the lock of ADD CONSTRAINT is held until the end of the transaction, so over the scan too",
            "validate in a later script"),
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
            "%s is computed anew",
            "every row is rewritten while reads and writes are blocked",
            "add a plain column, let the application fill it and old rows in batches, drop the generated one in a later release"),
    RENAME_COLUMN(
            "%s gets another name",
            "the old version of the application still uses the old name while the new one rolls out",
            "add a column with the new name, keep both in step, drop the old one in a later release"),
    RENAME_TABLE(
            "%s gets another name",
            "the old version of the application still uses the old name while the new one rolls out",
            "leave a view with the old name behind, in the same script, until no old version runs"),
    DROP_COLUMN(
            "%s goes",
            "the old version of the application still uses it while the new one rolls out, and its data is lost",
            "stop using it first, drop it in a later release as a contract migration"),
    DROP_TABLE(
            "%s goes",
            "the old version of the application still uses it while the new one rolls out, and its data is lost",
            "stop using it first, drop it in a later release as a contract migration"),
    DROP_SCHEMA(
            "the schema %s goes",
            "everything in it goes with it, and the old version of the application may still use it",
            "drop its tables one by one, in a later release as contract migrations"),
    TRUNCATE_CASCADE(
            "TRUNCATE %s CASCADE",
            "it also empties every table with a foreign key to it, and those that refer to them",
            "name all tables that are to be emptied, without CASCADE"),
    TABLE_REWRITE(
            "%s is written anew",
            "reads and writes are blocked until the last row is written",
            "pg_repack, or from PostgreSQL 19 on REPACK (CONCURRENTLY), outside of a rollout"),
    BACKFILL_WITH_DDL(
            "every row of %s is written in a script that also changes the schema",
            "the locks of the schema change are held until all rows are written",
            "move it into a script of its own, in batches if the table is large"),
    FOREIGN_KEY_WITHOUT_INDEX(
            "the foreign key on %s has no index",
            "each DELETE or key UPDATE of the referenced table scans this one",
            "create an index that starts with these columns"),
    UNKNOWN_IGNORE(
            "%s", "no rule has this name, so the comment ignores nothing", "correct the name, or remove the comment");

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

    Hazard at(int line, String subject) {
        return new Hazard(this, line, what.formatted(subject));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Rule::ruleName).toList();
    }

    static Optional<Rule> named(String name) {
        return Arrays.stream(values())
                .filter(rule -> rule.ruleName().equals(name))
                .findFirst();
    }
}
