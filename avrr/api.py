"""The one router of the REST API; each app lists its routes."""

from importlib import import_module

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from core.gate import SignedIn

APPS = (
    "cases",
    "reference",
    "programmes",
    "surveys",
    "training",
    "travel",
    "reintegration",
    "reports",
)

router = SimpleRouter()
for app in APPS:
    for prefix, viewset in import_module(f"{app}.api").ROUTES:
        name = getattr(viewset, "route_name", prefix)
        router.register(prefix, viewset, basename=f"api-{name}")


class Schema(SpectacularAPIView):
    """The OpenAPI document."""

    permission_classes = (SignedIn,)


class Docs(SpectacularSwaggerSplitView):
    """A page to read and try the API; styles stand in files, as the security policy asks."""

    permission_classes = (SignedIn,)
    url_name = "schema"
    template_name = "api_docs.html"


urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    path("", include(router.urls)),
]
