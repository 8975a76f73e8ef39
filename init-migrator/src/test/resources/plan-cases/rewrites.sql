-- script: V1__vacuum.sql
VACUUM FULL orders;
-- script: V2__vacuum_options.sql
VACUUM (FULL, ANALYZE) orders (note), items;
-- script: V3__rest.sql
CLUSTER orders USING orders_pkey;
ALTER TABLE orders SET UNLOGGED;
ALTER TABLE orders SET TABLESPACE fast, SET (fillfactor = 70);
REFRESH MATERIALIZED VIEW totals;
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
