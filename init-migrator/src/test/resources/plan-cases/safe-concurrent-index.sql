-- script: V1__index.sql
SET lock_timeout = 0;
CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);
-- script: V2__drop.sql
DROP INDEX CONCURRENTLY IF EXISTS orders_old_idx;
-- script: V3__reindex.sql
REINDEX (CONCURRENTLY, VERBOSE) TABLE orders;
-- script: V4__detach.sql
ALTER TABLE measurements DETACH PARTITION measurements_2020 CONCURRENTLY;
-- script: V5__vacuum.sql
VACUUM (ANALYZE) orders;
