-- Custom SQL migration file, put your code below! --
create function greeting(name text) returns text language sql as $$ select 'hello ${name}, ' || name; $$;
