-- Custom SQL migration file, put your code below! --
insert into orders select n, 'note ' || n from generate_series(1, 1000) n;
--> statement-breakpoint
insert into lines select n, n from generate_series(1, 1000) n
