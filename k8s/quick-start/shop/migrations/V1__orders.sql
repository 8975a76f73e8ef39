create table orders (
  id bigint generated always as identity primary key,
  item text not null,
  amount int not null check (amount > 0),
  placed_at timestamptz not null default now()
);
insert into orders (item, amount) values ('anchor', 1), ('rope', 3);
