ALTER TABLE orders ALTER COLUMN id TYPE bigint, ALTER total SET DATA TYPE numeric(12, 2) USING total::numeric;
ALTER TABLE orders ALTER doubled SET EXPRESSION AS (total * 4);
