-- script: V1__names.sql
ALTER TABLE IF EXISTS ONLY orders RENAME TO purchases;
ALTER VIEW totals RENAME TO sums;
ALTER VIEW totals RENAME COLUMN a TO b;
ALTER MATERIALIZED VIEW IF EXISTS report SET SCHEMA crm;
ALTER SEQUENCE ids RENAME TO numbers;
ALTER TYPE status RENAME TO state;
ALTER TYPE status RENAME VALUE 'new' TO 'fresh';
ALTER FUNCTION shop.sum_of(int, text) RENAME TO total_of;
ALTER DOMAIN price SET SCHEMA crm;
ALTER SCHEMA shop RENAME TO store;
-- script: V2__gone.sql
DROP VIEW totals;
DROP FUNCTION IF EXISTS shop.sum_of(int, text), other() CASCADE;
DROP TYPE status;
TRUNCATE orders;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY narrow ON orders AS RESTRICTIVE USING (true);
DROP POLICY wide ON orders;
DROP EXTENSION hstore CASCADE;
-- script: V3__lock.sql
LOCK TABLE orders IN ACCESS SHARE MODE;
lock table only "Orders" in share mode;
