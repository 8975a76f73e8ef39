TRUNCATE order_items, orders, inventory, products, customers RESTART IDENTITY;
