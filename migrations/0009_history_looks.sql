-- Titles that a first look refused, one row for all that were looked at together: what was read of
-- them, exactly as they were judged.

create table history_looks (
  id        bigint generated always as identity primary key,
  at        timestamptz not null,
  scan_id   text not null,
  game      text not null,
  level     text not null,
  titles    integer not null,
  body      bytea not null
);
alter table history_looks alter column body set storage external;
create index history_looks_scan on history_looks (scan_id);
create index history_looks_at on history_looks using brin (at) with (pages_per_range = 16);

do $$
begin
  if exists (select from pg_roles where rolname = 'marketd_append') then
    grant insert on history_looks to marketd_append;
  end if;
end $$;
