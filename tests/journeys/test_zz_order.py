import pytest
from django.db import connection
from reference.models import Country
from tests import personas
@pytest.mark.parametrize("n", [1, 2, 3])
def test_order(visit, n):
    print(n, Country.objects.count(), len(getattr(connection, "_test_serialized_contents", "")))
    personas.build()
