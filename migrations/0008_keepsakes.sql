-- What actors that keep nothing themselves have learnt of the market, and would have to ask for
-- again: fee lists, and how far the pace had to be lowered. One row per actor and name.

create table keepsakes (
  actor    text not null,
  name     text not null,
  body     text not null,
  kept_at  timestamptz not null,
  primary key (actor, name)
);
