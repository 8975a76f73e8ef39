-- script: V1__new.sql
CREATE TABLE notes (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, author bigint CONSTRAINT by_author REFERENCES people);
CREATE INDEX ON notes (customer_id);
CREATE INDEX ON notes (author);
-- script: V2__alone.sql
ALTER TABLE notes DROP CONSTRAINT notes_customer_id_fkey;
-- script: V3__beside.sql
ALTER TABLE ONLY public.notes DROP COLUMN author;
ALTER TABLE notes ADD COLUMN x int;
