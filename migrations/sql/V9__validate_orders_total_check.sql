-- Scans the table under a lock that lets everybody read and write.
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_negative;
