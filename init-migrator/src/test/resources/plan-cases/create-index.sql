CREATE INDEX orders_customer_idx ON orders (customer_id);
CREATE UNIQUE INDEX IF NOT EXISTS ON ONLY shop."Order Items" USING btree (lower(sku));
DROP INDEX shop.old_idx, older_idx;
REINDEX TABLE orders;
REINDEX INDEX orders_customer_idx;
