-- script: V1__update.sql
update only shop.orders set note = '' where true;
-- script: V2__delete.sql
DELETE FROM orders WHERE (1 = 1) RETURNING id;
-- script: V3__using.sql
DELETE FROM orders USING items;
-- script: V4__cast.sql
UPDATE orders SET note = 'x' WHERE 'a'::text = 'a' AND NOT FALSE;
-- script: V5__some.sql
UPDATE orders o SET note = 'where' WHERE o."Id" = 1;
-- script: V6__apart.sql
ALTER TABLE orders ADD COLUMN x int;
VACUUM orders;
UPDATE orders SET x = 1;
