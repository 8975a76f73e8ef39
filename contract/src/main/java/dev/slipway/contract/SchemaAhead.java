package dev.slipway.contract;

/** What to do when the database has versions that this image does not know, as after an application rollback. */
public enum SchemaAhead {
    /** The older image may start; its repeatable migrations are not applied. */
    ALLOW,
    /** Exit 6. */
    FAIL
}
