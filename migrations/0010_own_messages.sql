-- An actor consumes only messages to itself, whatever its thread or its supervisor says: MD004.
--
-- What is consumed is taken by the update itself, so that nobody can bury it between a look and the
-- change.

create or replace function commit_turn(p_lease text, p_epoch bigint, p_actor text,
  p_incarnation bigint, p_expect bigint, p_consumes bigint, p_schema_version integer, p_state jsonb,
  p_outbox jsonb)
returns table (outcome text, version bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  a record;
begin
  perform check_lease(p_lease, p_epoch);
  select incarnation, version into a from actor_state where actor = p_actor for update;
  if a.incarnation is distinct from p_incarnation then
    raise exception 'Incarnation % of % is not the newest', p_incarnation, p_actor
      using errcode = 'MD002';
  end if;
  if p_consumes is not null then
    update outbox set status = 'done', settled_at = now()
      where id = p_consumes and target = p_actor and kind = 'message'
        and status in ('pending', 'attempting');
    if not found then
      if exists (select from outbox where id = p_consumes and target = p_actor and kind = 'message')
        or exists (select from inbox where actor = p_actor and message_id = p_consumes) then
        return query select 'duplicate', a.version;
        return;
      end if;
      raise exception '% has no message % to consume', p_actor, p_consumes using errcode = 'MD004';
    end if;
    insert into inbox (actor, message_id, version) values (p_actor, p_consumes, p_expect + 1);
  end if;
  if a.version <> p_expect then
    raise exception 'Version % of % is not the newest, which is %', p_expect, p_actor, a.version
      using errcode = 'MD003';
  end if;
  update actor_state set
      version = p_expect + 1, epoch = p_epoch, updated_at = now(),
      schema_version = coalesce(p_schema_version, schema_version),
      state = case when p_schema_version is null then state else p_state end
    where actor = p_actor;
  if jsonb_array_length(p_outbox) > 0 then
    perform put_outbox(p_epoch, p_outbox);
  end if;
  return query select 'committed', p_expect + 1;
end $$;
