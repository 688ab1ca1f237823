"""Extensions and the folding function that search keys are stored with."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# Same as core.text.fold: letter variants of Arabic first, then accents, case and punctuation.
FOLD = r"""
CREATE FUNCTION public.core_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT btrim(regexp_replace(
    lower(public.unaccent('public.unaccent'::regdictionary,
      regexp_replace(normalize(
        translate($1, 'أإآٱىةـًٌٍَُِّْ', 'اااايه'), NFKD), '[\u0300-\u036f]', '', 'g'))),
    '\W+', ' ', 'g'))
$$;
"""

# Asked before anything is stored: the locale of a database is chosen when it is created.
SEARCHABLE = """
DO $$ BEGIN
  IF cardinality(public.show_trgm('محمد')) = 0 THEN
    RAISE EXCEPTION 'this database cannot search Arabic names'
      USING HINT = 'Create it with LC_CTYPE ''C.UTF-8'' from template0.';
  END IF;
END $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(SEARCHABLE, migrations.RunSQL.noop),
        BtreeGistExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION public.core_fold(text)"),
    ]
