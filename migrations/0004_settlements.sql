-- How an effect ended is told to whoever asked for it, in the transaction that records it; and what
-- was parked for a person can be put back into delivery, or closed.

-- {"target", "type"} of the durable message that tells it.
alter table outbox add column settled jsonb;

create or replace function put_outbox(p_epoch bigint, p_messages jsonb) returns integer
language plpgsql as $$
declare
  added integer;
begin
  perform pg_advisory_xact_lock(730103, k) from (
    select distinct lock_key(m ->> 'target') as k from jsonb_array_elements(p_messages) m order by k
  ) targets;
  insert into outbox (key, kind, sender, target, type, schema_version, body, trace, settled, epoch)
    select m ->> 'key', m ->> 'kind', m ->> 'from', m ->> 'target', m ->> 'type',
      (m ->> 'schemaVersion')::integer, m -> 'body', m ->> 'trace', nullif(m -> 'settled', 'null'),
      p_epoch
    from jsonb_array_elements(p_messages) with ordinality as e(m, n)
    order by n
    on conflict (key) do nothing;
  get diagnostics added = row_count;
  return added;
end $$;

-- What is parked may be closed by hand, and by an answer that came late. p_notice: null, or a
-- message to accept in the same transaction.
drop function settle_effect(text, bigint, bigint, text, jsonb, jsonb);
create function settle_effect(p_lease text, p_epoch bigint, p_id bigint, p_status text,
  p_result jsonb, p_error jsonb, p_notice jsonb) returns boolean
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  update outbox set status = p_status, result = p_result, error = p_error, epoch = p_epoch,
      settled_at = case when p_status <> 'pending' then now() end
    where id = p_id and kind = 'effect' and (status in ('pending', 'attempting')
      or status in ('unknown', 'dead') and p_status in ('done', 'failed'));
  if found and p_notice is not null then
    perform put_outbox(p_epoch, jsonb_build_array(p_notice));
    return true;
  end if;
  return found or exists (select from outbox where id = p_id and status = p_status);
end $$;

drop function bury_message(text, bigint, bigint, jsonb);
create function bury_message(p_lease text, p_epoch bigint, p_id bigint, p_error jsonb,
  p_notice jsonb) returns void
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  update outbox set status = 'dead', error = p_error, settled_at = now()
    where id = p_id and status in ('pending', 'attempting');
  if found and p_notice is not null then
    perform put_outbox(p_epoch, jsonb_build_array(p_notice));
  end if;
end $$;

-- Back to where it was, as if it had never been tried. No row: nothing is parked under this id.
create function replay_message(p_lease text, p_epoch bigint, p_id bigint) returns setof text
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  return query
    update outbox set status = 'pending', attempts = 0, crashes = 0, error = null,
        settled_at = null, epoch = p_epoch
      where id = p_id and status in ('dead', 'unknown')
      returning target;
end $$;
