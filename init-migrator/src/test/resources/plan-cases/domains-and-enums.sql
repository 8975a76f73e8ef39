-- script: V1__domain.sql
ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE > 0);
alter domain shop.price add check (value > 0) not valid;
ALTER DOMAIN price VALIDATE CONSTRAINT positive;
ALTER DOMAIN "Price" SET NOT NULL;
-- script: V2__new_domain.sql
CREATE DOMAIN amount AS int CHECK (VALUE > 0);
ALTER DOMAIN amount SET NOT NULL;
ALTER TABLE orders ADD COLUMN paid amount;
-- script: V3__enum.sql
ALTER TYPE shop.status ADD VALUE IF NOT EXISTS 'it''s' BEFORE 'new';
COMMENT ON TABLE orders IS 'it''s';
ALTER TABLE orders ALTER status SET DEFAULT 'it''s';
DO $$ BEGIN UPDATE orders SET status = 'it''s' WHERE id = 1; END $$;
SELECT 1 FROM orders WHERE name = 'it''s'::text;
-- script: V4__later.sql
UPDATE orders SET status = 'it''s' WHERE id = 1;
