-- Apart from the ALTER TABLE before it, so that its lock is long gone while the rows are updated.
UPDATE orders
SET total_cents = items.total_cents
FROM (SELECT order_id, sum(quantity * unit_price_cents) AS total_cents FROM order_items GROUP BY order_id) AS items
WHERE orders.id = items.order_id
  AND orders.total_cents IS NULL;
