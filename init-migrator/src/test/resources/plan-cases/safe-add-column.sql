ALTER TABLE IF EXISTS orders
    ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'new',
    ADD created timestamptz NOT NULL DEFAULT now(),
    ADD price numeric(10, 2) DEFAULT 0.00::numeric(10, 2),
    ADD tags text[] DEFAULT ARRAY['a', 'b']::text[],
    ADD note text COLLATE "C" DEFAULT NULL,
    ADD period tstzrange DEFAULT tstzrange(current_timestamp, NULL),
    ADD tripled int GENERATED ALWAYS AS (total * 3) VIRTUAL;
