-- Without a default and nullable: no row is rewritten, and the running version may go on inserting without the column.
ALTER TABLE orders ADD COLUMN total_cents bigint;

COMMENT ON COLUMN orders.total_cents IS 'Sum of the items when the order was placed; null until the backfill has been there.';
