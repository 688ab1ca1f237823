import pytest, time
from tests import access_world
pytestmark = pytest.mark.django_db
@pytest.fixture(scope="module")
def access(django_db_setup, django_db_blocker):
    t=time.time()
    with access_world.built(django_db_blocker) as a:
        print("built", time.time()-t)
        yield a
def test_b(access):
    print(access.kwargs)
def test_c(access):
    from cases.models import Case
    print(Case.objects.values_list("reference","status","programme__code"))
