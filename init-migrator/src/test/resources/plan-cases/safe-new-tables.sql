-- script: V1__orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigserial PRIMARY KEY, note text, customer_id bigint, total numeric(10, 2));
CREATE INDEX ON orders (customer_id);
ALTER TABLE public.orders ALTER note SET NOT NULL, ADD CHECK (total > 0);
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers;
INSERT INTO orders (note) VALUES ('first; row');
UPDATE orders SET note = 'x';
ALTER TABLE orders RENAME TO purchases;
-- script: V2__more.sql
ALTER TABLE purchases DROP COLUMN note;
CREATE UNIQUE INDEX ON purchases (total);
CREATE TEMP TABLE work AS SELECT 1 AS a;
ALTER TABLE work ALTER a TYPE bigint;
CREATE MATERIALIZED VIEW totals AS SELECT sum(total) FROM purchases;
REFRESH MATERIALIZED VIEW totals;
