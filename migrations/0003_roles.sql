-- Two roles without a login, for connections that need less than the owner: marketd_read sees the
-- views, marketd_append adds to history tables (later migrations grant it theirs).
--
-- Roles belong to the whole server. Where the database's owner may not create them, as with many
-- hosted databases, they are left out with a warning: nothing but the extra wall depends on them.
-- An administrator may create them beforehand, or later and then run the grants below by hand.

do $$
declare
  role_name text;
begin
  foreach role_name in array array['marketd_read', 'marketd_append'] loop
    begin
      if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
      end if;
    exception
      when insufficient_privilege then
        raise warning 'Role % is left out as % may not create roles', role_name, current_user;
      when duplicate_object or unique_violation then
        -- Another installation on this server was faster.
        null;
    end;
  end loop;
  if exists (select from pg_roles where rolname = 'marketd_read') then
    execute format('grant usage on schema %I to marketd_read', current_schema());
    grant select on v_opportunities, v_scans, v_targets to marketd_read;
  end if;
  if exists (select from pg_roles where rolname = 'marketd_append') then
    execute format('grant usage on schema %I to marketd_append', current_schema());
  end if;
end $$;
