-- What the supervisor and its actors live on: leadership, state, and messages that must not be lost.
--
-- Errors raised here: MD001 the lease is not ours, MD002 a newer incarnation owns the actor,
-- MD003 the turn was computed from an old version.

-- Who leads. The epoch is the fence: every write below checks it in its own transaction.
-- Renewing changes no key column, so it never waits for commits, which share the key; taking over
-- changes the epoch, which is one, and so waits for the commits of the old epoch.
create table lease (
  name        text primary key,
  epoch       bigint not null check (epoch > 0),
  holder      uuid not null,
  description text not null,
  -- Server process that holds the session lock for this holder. Null: nobody can tell from the
  -- lock whether the holder lives, so only expires_at counts.
  lock_pid    integer,
  acquired_at timestamptz not null,
  expires_at  timestamptz not null,
  unique (name, epoch)
) with (fillfactor = 50);

create table actor_state (
  actor          text primary key,
  incarnation    bigint not null,
  epoch          bigint not null,
  version        bigint not null default 0,
  schema_version integer,
  state          jsonb,
  updated_at     timestamptz not null default now(),
  check ((schema_version is null) = (state is null))
) with (fillfactor = 50);

-- Durable messages and effects. Ids rise in commit order among the rows of one target.
create table outbox (
  id             bigint generated always as identity primary key,
  key            text not null unique,
  kind           text not null check (kind in ('message', 'effect')),
  sender         text not null,
  target         text not null,
  type           text not null,
  schema_version integer not null,
  body           jsonb not null,
  trace          text not null,
  status         text not null default 'pending'
    check (status in ('pending', 'attempting', 'done', 'failed', 'unknown', 'dead')),
  attempts       integer not null default 0,
  crashes        integer not null default 0,
  error          jsonb,
  result         jsonb,
  epoch          bigint not null,
  created_at     timestamptz not null default now(),
  settled_at     timestamptz
);
create index outbox_open on outbox (target, id) where status in ('pending', 'attempting');
create index outbox_for_people on outbox (id) where status in ('unknown', 'dead');
create index outbox_settled on outbox (settled_at) where status in ('done', 'failed');

-- Which actor consumed which message, at which version of its state.
create table inbox (
  actor      text not null,
  message_id bigint not null,
  version    bigint not null,
  at         timestamptz not null default now(),
  primary key (actor, message_id)
);
create index inbox_at on inbox (at);

-- Advisory locks are shared by the whole database: the schema keeps installations apart.
create function lock_key(p_name text) returns integer
language sql stable as $$
  select hashtext(current_schema() || '/' || p_name)
$$;

create function acquire_lease(p_name text, p_holder uuid, p_description text, p_ttl_ms integer)
returns table (acquired boolean, locked boolean, epoch bigint, holder_description text,
  expires_in_ms double precision)
language plpgsql as $$
#variable_conflict use_column
declare
  l lease;
  got_lock boolean := pg_try_advisory_lock(730102, lock_key(p_name));
  ttl interval := make_interval(secs => p_ttl_ms / 1000.0);
  previous_is_dead boolean;
begin
  insert into lease (name, epoch, holder, description, acquired_at, expires_at)
    values (p_name, 1, p_holder, p_description, clock_timestamp(), '-infinity')
    on conflict do nothing;
  select * into strict l from lease where name = p_name for update;
  -- The lock of a living holder is taken. If the holder's process is our own, a pooler stands
  -- between, and the lock says nothing.
  previous_is_dead := got_lock and l.lock_pid is not null and l.lock_pid <> pg_backend_pid();
  if l.expires_at <= clock_timestamp() or previous_is_dead then
    update lease set
        epoch = case when l.expires_at = '-infinity' then 1 else l.epoch + 1 end,
        holder = p_holder, description = p_description,
        lock_pid = case when got_lock then pg_backend_pid() end,
        acquired_at = clock_timestamp(), expires_at = clock_timestamp() + ttl
      where name = p_name
      returning * into l;
    return query select true, got_lock, l.epoch, l.description, p_ttl_ms::double precision;
  else
    if got_lock then perform pg_advisory_unlock(730102, lock_key(p_name)); end if;
    return query select false, got_lock, l.epoch, l.description,
      1000.0 * extract(epoch from l.expires_at - clock_timestamp())::double precision;
  end if;
end $$;

-- One statement; takes the session lock again if a new connection lost it. No row: fenced.
create function renew_lease(p_name text, p_epoch bigint, p_holder uuid, p_ttl_ms integer)
returns setof bigint
language sql as $$
  update lease set
      expires_at = clock_timestamp() + make_interval(secs => p_ttl_ms / 1000.0),
      lock_pid = case
        when lock_pid = pg_backend_pid() then lock_pid
        when pg_try_advisory_lock(730102, lock_key(p_name)) then pg_backend_pid()
      end
    where name = p_name and epoch = p_epoch and holder = p_holder
    returning epoch
$$;

create function release_lease(p_name text, p_epoch bigint, p_holder uuid) returns void
language sql as $$
  update lease set expires_at = clock_timestamp(), lock_pid = null
    where name = p_name and epoch = p_epoch and holder = p_holder;
  select pg_advisory_unlock_all()
$$;

create function check_lease(p_name text, p_epoch bigint) returns void
language plpgsql as $$
begin
  perform 1 from lease where name = p_name and epoch = p_epoch for key share;
  if not found then
    raise exception 'Lease % is no longer held at epoch %', p_name, p_epoch using errcode = 'MD001';
  end if;
end $$;

-- Ids are given out at the insert and seen at the commit: without the lock a reader that asks for
-- what comes after the last id it saw could miss a row for ever. Locks are taken in one order.
create function put_outbox(p_epoch bigint, p_messages jsonb) returns integer
language plpgsql as $$
declare
  added integer;
begin
  perform pg_advisory_xact_lock(730103, k) from (
    select distinct lock_key(m ->> 'target') as k from jsonb_array_elements(p_messages) m order by k
  ) targets;
  insert into outbox (key, kind, sender, target, type, schema_version, body, trace, epoch)
    select m ->> 'key', m ->> 'kind', m ->> 'from', m ->> 'target', m ->> 'type',
      (m ->> 'schemaVersion')::integer, m -> 'body', m ->> 'trace', p_epoch
    from jsonb_array_elements(p_messages) with ordinality as e(m, n)
    order by n
    on conflict (key) do nothing;
  get diagnostics added = row_count;
  return added;
end $$;

create function enqueue(p_lease text, p_epoch bigint, p_messages jsonb) returns integer
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  return put_outbox(p_epoch, p_messages);
end $$;

create function load_actor(p_lease text, p_epoch bigint, p_actor text)
returns table (incarnation bigint, version bigint, schema_version integer, state jsonb)
language plpgsql as $$
#variable_conflict use_column
begin
  perform check_lease(p_lease, p_epoch);
  return query
    insert into actor_state as a (actor, incarnation, epoch) values (p_actor, 1, p_epoch)
    on conflict (actor) do update set incarnation = a.incarnation + 1, epoch = p_epoch
    returning a.incarnation, a.version, a.schema_version, a.state;
end $$;

-- One durable turn. A null p_schema_version keeps the stored state.
create function commit_turn(p_lease text, p_epoch bigint, p_actor text, p_incarnation bigint,
  p_expect bigint, p_consumes bigint, p_schema_version integer, p_state jsonb, p_outbox jsonb)
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
  if exists (select from inbox where actor = p_actor and message_id = p_consumes)
    or exists (select from outbox
      where id = p_consumes and status not in ('pending', 'attempting')) then
    return query select 'duplicate', a.version;
    return;
  end if;
  if a.version <> p_expect then
    raise exception 'Version % of % is not the newest, which is %', p_expect, p_actor, a.version
      using errcode = 'MD003';
  end if;
  if p_consumes is not null then
    update outbox set status = 'done', settled_at = now() where id = p_consumes;
    insert into inbox (actor, message_id, version) values (p_actor, p_consumes, p_expect + 1);
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

-- Before the outside world is touched.
create function claim_effect(p_lease text, p_epoch bigint, p_id bigint) returns boolean
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  update outbox set status = 'attempting', attempts = attempts + 1, epoch = p_epoch
    where id = p_id and kind = 'effect' and status in ('pending', 'attempting');
  return found;
end $$;

-- True as well where the same outcome is recorded already: its caller may not know that it was.
create function settle_effect(p_lease text, p_epoch bigint, p_id bigint, p_status text,
  p_result jsonb, p_error jsonb) returns boolean
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  update outbox set status = p_status, result = p_result, error = p_error, epoch = p_epoch,
      settled_at = case when p_status <> 'pending' then now() end
    where id = p_id and kind = 'effect' and status in ('pending', 'attempting');
  return found or exists (select from outbox where id = p_id and status = p_status);
end $$;

create function count_crash(p_lease text, p_epoch bigint, p_id bigint, p_error jsonb)
returns setof integer
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  return query
    update outbox set crashes = crashes + 1, error = p_error where id = p_id returning crashes;
end $$;

-- What is settled by now stays as it is.
create function bury_message(p_lease text, p_epoch bigint, p_id bigint, p_error jsonb) returns void
language plpgsql as $$
begin
  perform check_lease(p_lease, p_epoch);
  update outbox set status = 'dead', error = p_error, settled_at = now()
    where id = p_id and status in ('pending', 'attempting');
end $$;
