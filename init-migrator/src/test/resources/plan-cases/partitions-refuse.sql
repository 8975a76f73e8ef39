-- script: V1__table.sql
CREATE TABLE days (day int, tag int, PRIMARY KEY (day, tag)) PARTITION BY RANGE (day);
CREATE TABLE day1 PARTITION OF days FOR VALUES FROM (1) TO (2);
-- script: V2__index.sql
CREATE INDEX CONCURRENTLY ON ONLY "days" (tag);
