-- NOT VALID: new rows are checked at once, the existing ones are not scanned under this statement's lock.
ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total_cents >= 0) NOT VALID;
