"""The heads of the audit chains are guarded and compared too (ADR 0004)."""

from django.db import migrations

FORWARD = r"""
CREATE TRIGGER core_audit_refuse_truncate BEFORE TRUNCATE ON core_audithead
  FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse();

-- Entries by their id; a chain whose end is not what its head says, by its negated number.
CREATE OR REPLACE FUNCTION core_audit_broken() RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$
  SELECT e.id FROM (
    SELECT a AS entry, a.id,
      lag(a.hash, 1, '') OVER chain AS previous,
      row_number() OVER chain AS expected
    FROM core_auditentry a WINDOW chain AS (PARTITION BY a.chain ORDER BY a.position)
  ) e
  WHERE (e.entry).hash <> core_audit_digest(e.entry, e.previous)
     OR (e.entry).position <> e.expected
  UNION ALL
  SELECT -coalesce(h.chain, last.chain)
  FROM core_audithead h
  FULL JOIN (
    SELECT DISTINCT ON (chain) chain, position, hash
    FROM core_auditentry ORDER BY chain, position DESC
  ) last ON last.chain = h.chain
  WHERE (h.position, h.hash) IS DISTINCT FROM (last.position, last.hash)
$$;
"""

BACKWARD = r"""
CREATE OR REPLACE FUNCTION core_audit_broken() RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$
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
DROP TRIGGER core_audit_refuse_truncate ON core_audithead;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_seal_idempotency_answers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
