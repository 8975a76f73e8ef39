ALTER TABLE orders
    ADD CONSTRAINT positive CHECK (total > 0),
    ADD CONSTRAINT customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
    ADD UNIQUE (number),
    ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
ALTER TABLE ONLY items ADD CONSTRAINT items_pk PRIMARY KEY (id);
