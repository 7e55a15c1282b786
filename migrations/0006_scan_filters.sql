-- A scan of a person's filter sees a part of its level; without the filter its counts say nothing.

alter table scan_checkpoints add column filter jsonb;

create or replace view v_scans as
  select account_id, scan_id, game, level, status, cursor, processed, total, accepted, refused,
    unverified, pages, counts, eta_ms, started_at, updated_at, filter
  from scan_checkpoints;
