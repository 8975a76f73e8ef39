-- script: V1__check.sql
ALTER TABLE orders ADD CONSTRAINT note_given CHECK (note IS NOT NULL) NOT VALID;
-- script: V2__validate.sql
ALTER TABLE orders VALIDATE CONSTRAINT note_given;
-- script: V3__not_null.sql
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT note_given;
