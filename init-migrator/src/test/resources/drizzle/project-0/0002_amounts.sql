ALTER TABLE "lines" ADD COLUMN "amount" integer;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "state" text DEFAULT 'new' NOT NULL;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "orders_note" ON "orders" USING btree ("note");