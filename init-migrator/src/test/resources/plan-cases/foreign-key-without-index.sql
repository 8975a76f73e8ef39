-- script: V1__tables.sql
CREATE TABLE authors (id bigint PRIMARY KEY);
CREATE TABLE books (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id bigint NOT NULL REFERENCES authors,
    editor_id bigint REFERENCES authors (id),
    a int,
    b int,
    CONSTRAINT pair_fk FOREIGN KEY (a, b) REFERENCES pairs (a, b)
);
CREATE INDEX ON books (author_id, id);
ALTER TABLE books ADD CONSTRAINT more_fk FOREIGN KEY (b) REFERENCES others;
CREATE INDEX partial ON books (b) WHERE b > 0;
-- script: V2__more.sql
CREATE INDEX ON books USING btree (b, a);
ALTER TABLE orders ADD book_id bigint REFERENCES books;
