CREATE OR REPLACE VIEW order_summary AS
SELECT o.id,
       c.full_name         AS customer,
       o.status,
       o.placed_at,
       count(i.product_id) AS items,
       o.total_cents
FROM orders AS o
JOIN customers AS c ON c.id = o.customer_id
LEFT JOIN order_items AS i ON i.order_id = o.id
GROUP BY o.id, c.full_name;
