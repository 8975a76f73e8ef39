CREATE TABLE inventory (
    product_id bigint      PRIMARY KEY REFERENCES products (id),
    on_hand    integer     NOT NULL DEFAULT 0,
    reserved   integer     NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (on_hand >= 0),
    CHECK (reserved BETWEEN 0 AND on_hand)
);
