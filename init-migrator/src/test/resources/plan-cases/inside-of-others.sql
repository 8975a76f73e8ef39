-- script: V1__block.sql
DO $$
DECLARE last bigint := 0; n int;
BEGIN
  LOOP
    UPDATE orders SET note = CASE WHEN id > 1 THEN 'x' ELSE 'y' END WHERE id > last AND id <= last + 5000;
    GET DIAGNOSTICS n = ROW_COUNT;
    last := last + 5000;
    EXIT WHEN n = 0;
  END LOOP;
  IF EXISTS (SELECT FROM pg_class WHERE relname = 'items') THEN
    <<again>> FOR r IN DELETE FROM items RETURNING id LOOP PERFORM now(); END LOOP;
  ELSE
    EXECUTE 'ALTER TABLE "Odd One" RENAME TO odd';
  END IF;
EXCEPTION WHEN others THEN RAISE;
END $$;
-- script: V2__dynamic.sql
DO LANGUAGE plpgsql $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$;
-- script: V3__with.sql
WITH gone AS (DELETE FROM orders RETURNING id), kept(a) AS NOT MATERIALIZED (SELECT 1)
INSERT INTO archive SELECT id FROM gone WHERE id IN (SELECT a FROM kept);
-- script: V4__calls.sql
SELECT audit.watch('orders'), now(), count(*) FROM generate_series(1, 2) AS g(i);
CALL tidy_up();
DO LANGUAGE plpython3u $$ plpy.execute('drop table x') $$;
