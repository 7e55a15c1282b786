-- What was known at the time, for backtests and analysis; what people watch; and their filters.
--
-- The history describes markets, not accounts, so its rows carry no account. It is append-only:
-- bodies are compressed before they come here, and whole days are dropped, oldest first, when the
-- sum of history_days outgrows its cap.

-- Titles by number, with the quote recorded last, so that only changes are recorded.
create table history_titles (
  id           integer generated always as identity primary key,
  game         text not null,
  title        text not null,
  bid_cents    bigint,
  bid_count    bigint not null,
  ask_cents    bigint,
  ask_count    bigint not null,
  quoted_at    timestamptz not null,
  -- Each day repeats every quote once, so that it can be read without the days before it.
  recorded_day date not null,
  unique (game, title)
) with (fillfactor = 70);

-- Quotes that changed, as one scan met them.
create table history_quotes (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  scan_id  text not null,
  game     text not null,
  level    text not null,
  titles   integer not null,
  body     bytea not null
);
alter table history_quotes alter column body set storage external;
create index history_quotes_at on history_quotes using brin (at) with (pages_per_range = 16);

-- Titles that were verified: their listings, book, sales and fees, exactly as they were judged.
create table history_cases (
  id        bigint generated always as identity primary key,
  at        timestamptz not null,
  scan_id   text not null,
  game      text not null,
  level     text not null,
  title     text not null,
  body      bytea not null
);
alter table history_cases alter column body set storage external;
-- Few keys with many rows each, which an index stores once.
create index history_cases_title on history_cases (game, title);
create index history_cases_scan on history_cases (scan_id);
create index history_cases_at on history_cases using brin (at) with (pages_per_range = 16);

-- Size by day of the UTC calendar, counted as it is written. `skipped`: rows left out because the
-- day's budget was spent.
create table history_days (
  day      date primary key,
  bytes    bigint not null default 0,
  rows     bigint not null default 0,
  skipped  bigint not null default 0
) with (fillfactor = 50);

-- Titles that are watched; the watcher resumes from its own state.
create table watches (
  account_id   text not null default 'default',
  game         text not null,
  title        text not null,
  priority     text not null check (priority in ('high', 'normal', 'low')),
  note         text,
  ask_cents    bigint,
  bid_cents    bigint,
  read_at      timestamptz,
  added_at     timestamptz not null,
  primary key (account_id, game, title)
) with (fillfactor = 50);

-- One filter per person and game.
create table game_filters (
  account_id  text not null default 'default',
  user_id     bigint not null,
  game        text not null,
  wants       jsonb not null,
  updated_at  timestamptz not null,
  primary key (account_id, user_id, game)
);

create view v_history_days as select day, bytes, rows, skipped from history_days;

create view v_watches as
  select account_id, game, title, priority, note, ask_cents, bid_cents, read_at, added_at
  from watches;

create view v_game_filters as
  select account_id, user_id, game, wants, updated_at from game_filters;

do $$
begin
  if exists (select from pg_roles where rolname = 'marketd_read') then
    grant select on v_history_days, v_watches, v_game_filters to marketd_read;
  end if;
  if exists (select from pg_roles where rolname = 'marketd_append') then
    grant insert on history_quotes, history_cases to marketd_append;
  end if;
end $$;
