-- script: V1__table.sql
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;
-- script: V2__type.sql
ALTER TYPE status RENAME TO old_status;
CREATE TYPE status AS ENUM ('a');
DROP TYPE old_status;
-- script: V3__view.sql
DROP VIEW totals;
CREATE VIEW totals AS SELECT 1;
DROP FUNCTION f(int);
CREATE OR REPLACE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE POLICY wide ON purchases USING (true);
