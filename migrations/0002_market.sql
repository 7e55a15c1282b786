-- What people and pages look at. Actors resume from actor_state; these rows are written in the same
-- transaction as the turn that decided them.

create table scan_checkpoints (
  account_id     text not null default 'default',
  scan_id        text not null,
  game           text not null,
  level          text not null,
  status         text not null
    check (status in ('queued', 'running', 'completed', 'stopped', 'failed')),
  cursor         text,
  processed      bigint not null default 0,
  total          bigint,
  accepted       bigint not null default 0,
  refused        bigint not null default 0,
  unverified     bigint not null default 0,
  pages          bigint not null default 0,
  counts         jsonb not null default '{}',
  eta_ms         bigint,
  started_at     timestamptz not null,
  updated_at     timestamptz not null,
  primary key (account_id, scan_id)
) with (fillfactor = 50);
create index scan_checkpoints_newest on scan_checkpoints (account_id, started_at desc, scan_id desc);
create index scan_checkpoints_finished on scan_checkpoints (updated_at)
  where status not in ('queued', 'running');

create table opportunities (
  id                bigint generated always as identity primary key,
  account_id        text not null default 'default',
  scan_id           text not null,
  game              text not null,
  level             text not null,
  title             text not null,
  offer_id          text not null,
  kind              text not null check (kind in ('quick', 'list')),
  asset_class       jsonb not null,
  buy_cents         bigint not null,
  exit_cents        bigint not null,
  fee_ppm           integer not null,
  fee_cents         bigint not null,
  net_cents         bigint not null,
  profit_cents      bigint not null,
  break_even_cents  bigint not null,
  roi_bps           bigint not null,
  annualised_bps    bigint not null,
  lock_days         double precision not null,
  confidence        text not null,
  sales_7d          integer not null,
  other_ask_cents   bigint,
  best_bid_cents    bigint,
  fee               jsonb not null,
  guards            jsonb not null,
  status            text not null default 'open' check (status in ('open', 'closed')),
  closed_reason     text,
  found_at          timestamptz not null,
  updated_at        timestamptz not null,
  -- One row per offer and way out: found again, it is refreshed, never doubled.
  unique (account_id, offer_id, kind),
  check ((status = 'closed') = (closed_reason is not null))
) with (fillfactor = 80);
create index opportunities_newest on opportunities (account_id, found_at desc, id desc);
create index opportunities_open on opportunities (account_id, found_at desc, id desc)
  where status = 'open';

-- What the target manager would order; nothing is sent from here.
create table target_intents (
  id          bigint generated always as identity primary key,
  account_id  text not null default 'default',
  key         text not null,
  game        text not null,
  title       text not null,
  attributes  jsonb not null,
  price_cents bigint not null check (price_cents > 0),
  amount      integer not null check (amount > 0),
  reason      text not null,
  mode        text not null check (mode in ('dry', 'live')),
  status      text not null default 'planned' check (status in ('planned', 'withdrawn')),
  scan_id     text,
  offer_id    text,
  created_at  timestamptz not null,
  unique (account_id, key)
);
create index target_intents_newest on target_intents (account_id, created_at desc, id desc);

create view v_opportunities as
  select id, account_id, scan_id, game, level, title, offer_id, kind, asset_class, buy_cents,
    exit_cents, fee_ppm, fee_cents, net_cents, profit_cents, break_even_cents, roi_bps,
    annualised_bps, lock_days, confidence, sales_7d, other_ask_cents, best_bid_cents, fee, guards,
    status, closed_reason, found_at, updated_at
  from opportunities;

create view v_scans as
  select account_id, scan_id, game, level, status, cursor, processed, total, accepted, refused,
    unverified, pages, counts, eta_ms, started_at, updated_at
  from scan_checkpoints;

create view v_targets as
  select id, account_id, key, game, title, attributes, price_cents, amount, reason, mode, status,
    scan_id, offer_id, created_at
  from target_intents;
