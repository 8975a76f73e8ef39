-- The old pods are gone. slipway-ignore: drop-column
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ALTER id TYPE bigint; -- slipway-ignore: change-column-type, drop-table
/* slipway-ignore: set-not-null-scan */ ALTER TABLE orders ALTER id SET NOT NULL;
-- slipway-ignore: drop-colum
ALTER TABLE orders DROP COLUMN total;
-- slipway: accept drop-column because nothing reads it any more
ALTER TABLE orders DROP COLUMN born;
-- slipway: accept lock-table
LOCK TABLE orders;
