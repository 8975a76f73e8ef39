-- script: V1__not_valid.sql
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT customer_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
-- script: V2__validate.sql
ALTER TABLE orders VALIDATE CONSTRAINT positive, VALIDATE CONSTRAINT customer_fk;
-- script: V3__index.sql
CREATE UNIQUE INDEX CONCURRENTLY orders_number_key ON orders (number);
-- script: V4__using_index.sql
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number_key;
