-- A shop that has been open for a while, so that the later migrations have rows to work on.
INSERT INTO customers (email, full_name, created_at)
SELECT 'customer' || n || '@example.com', 'Customer ' || n, timestamptz '2025-01-01 00:00Z' + n * interval '3 minutes'
FROM generate_series(1, 5000) AS n;

INSERT INTO products (sku, name, price_cents)
SELECT 'SKU-' || lpad(n::text, 4, '0'), 'Product ' || n, 500 + (n * 137) % 20000
FROM generate_series(1, 200) AS n;

INSERT INTO inventory (product_id, on_hand, reserved)
SELECT id, 10 + (id * 7) % 90, (id * 3) % 10
FROM products;

INSERT INTO orders (customer_id, status, placed_at)
SELECT c.id,
       (ARRAY['open', 'paid', 'shipped', 'cancelled'])[1 + n % 4],
       timestamptz '2025-06-01 00:00Z' + n * interval '90 seconds'
FROM generate_series(1, 40000) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS position FROM customers) AS c ON c.position = 1 + (n * 31) % 5000;

INSERT INTO order_items (order_id, product_id, quantity, unit_price_cents)
SELECT o.id, p.id, 1 + (o.id + line) % 3, p.price_cents
FROM orders AS o
CROSS JOIN generate_series(0, 1) AS line
JOIN (SELECT id, price_cents, row_number() OVER (ORDER BY id) AS position FROM products) AS p
  ON p.position = 1 + (o.id * 13 + line * 97) % 200;
