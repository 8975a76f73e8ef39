BEGIN;
UPDATE orders SET note = '' WHERE note IS NULL;
COMMIT;
