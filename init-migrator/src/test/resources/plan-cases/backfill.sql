-- script: V1__both.sql
ALTER TABLE orders ADD COLUMN status text;
UPDATE orders SET status = 'old';
WITH gone AS (SELECT 1) DELETE FROM ONLY items;
-- script: V2__alone.sql
UPDATE orders SET status = 'old';
-- script: V3__some_rows.sql
ALTER TABLE orders ADD COLUMN flag boolean;
UPDATE orders SET flag = true WHERE id < 100;
