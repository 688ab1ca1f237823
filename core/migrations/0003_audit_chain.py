"""The audit trail is chained and append-only in the database itself (ADR 0004)."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION core_audit_digest(e core_auditentry, previous text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    previous, e.chain, e.position, extract(epoch from e.at), e.actor_id, e.action, e.model,
    e.object_ids, e."references", e.changes, e.sealed_changes, e.reason, e.channel, e.request_id,
    e.ip)::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION core_audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('core_audit'), NEW.chain::int);
  SELECT e.position, e.hash INTO last FROM core_auditentry e
    WHERE e.chain = NEW.chain ORDER BY e.position DESC LIMIT 1;
  NEW.position := coalesce(last.position, 0) + 1;
  NEW.hash := core_audit_digest(NEW, coalesce(last.hash, ''));
  RETURN NEW;
END $$;

-- At commit, once per chain: how long the chain is, so that a removed tail is noticed.
CREATE FUNCTION core_audit_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM core_auditentry e WHERE e.chain = NEW.chain AND e.position > NEW.position
  ) THEN
    INSERT INTO core_audithead (chain, position, hash) VALUES (NEW.chain, NEW.position, NEW.hash)
      ON CONFLICT (chain) DO UPDATE SET position = excluded.position, hash = excluded.hash;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER core_audit_link BEFORE INSERT ON core_auditentry
  FOR EACH ROW EXECUTE FUNCTION core_audit_link();
CREATE CONSTRAINT TRIGGER core_audit_count AFTER INSERT ON core_auditentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_count();
CREATE TRIGGER core_audit_refuse BEFORE UPDATE OR DELETE ON core_auditentry
  FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER core_audit_refuse_truncate BEFORE TRUNCATE ON core_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();
CREATE TRIGGER core_audit_refuse BEFORE DELETE ON core_audithead
  FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();

CREATE FUNCTION core_audit_broken() RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$
  SELECT e.id FROM (
    SELECT a AS entry, a.id,
      lag(a.hash, 1, '') OVER chain AS previous,
      row_number() OVER chain AS expected
    FROM core_auditentry a WINDOW chain AS (PARTITION BY a.chain ORDER BY a.position)
  ) e
  WHERE (e.entry).hash <> core_audit_digest(e.entry, e.previous)
     OR (e.entry).position <> e.expected
  UNION ALL
  SELECT -h.chain FROM core_audithead h
  WHERE h.position > (SELECT count(*) FROM core_auditentry a WHERE a.chain = h.chain)
$$;
"""

BACKWARD = """
DROP FUNCTION core_audit_broken();
DROP TRIGGER core_audit_refuse ON core_audithead;
DROP TRIGGER core_audit_refuse_truncate ON core_auditentry;
DROP TRIGGER core_audit_refuse ON core_auditentry;
DROP TRIGGER core_audit_count ON core_auditentry;
DROP TRIGGER core_audit_link ON core_auditentry;
DROP FUNCTION core_audit_refuse();
DROP FUNCTION core_audit_count();
DROP FUNCTION core_audit_link();
DROP FUNCTION core_audit_digest(core_auditentry, text);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_kernel")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
