-- Why scans ended, finds closed and targets were proposed, as data, to be put into words for the
-- reader; the English sentences stay beside it. Rows of older versions have none.

alter table opportunities add column closed_said jsonb;
alter table scan_checkpoints add column reason text, add column said jsonb;
alter table target_intents add column said jsonb;

create or replace view v_opportunities as
  select id, account_id, scan_id, game, level, title, offer_id, kind, asset_class, buy_cents,
    exit_cents, fee_ppm, fee_cents, net_cents, profit_cents, break_even_cents, roi_bps,
    annualised_bps, lock_days, confidence, sales_7d, other_ask_cents, best_bid_cents, fee, guards,
    status, closed_reason, found_at, updated_at, closed_said
  from opportunities;

create or replace view v_scans as
  select account_id, scan_id, game, level, status, cursor, processed, total, accepted, refused,
    unverified, pages, counts, eta_ms, started_at, updated_at, filter, reason, said
  from scan_checkpoints;

create or replace view v_targets as
  select id, account_id, key, game, title, attributes, price_cents, amount, reason, mode, status,
    scan_id, offer_id, created_at, said
  from target_intents;
