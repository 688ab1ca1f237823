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


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION public.core_fold(text)"),
    ]
