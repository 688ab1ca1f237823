"""All addresses: pages are nouns, verbs are POST sub-resources."""

from django.conf import settings
from django.urls import include, path

from avrr import views

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("", include("accounts.urls")),
    path("", include("partners.urls")),
    path("", include("programmes.urls")),
    path("", include("cases.urls")),
    path("", include("surveys.urls")),
    path("", include("training.urls")),
    path("", include("travel.urls")),
    path("", include("reintegration.urls")),
    path("", include("reports.urls")),
    path("reference/", include("reference.urls")),
    path("audit/", views.AuditTrail.as_view(), name="audit"),
    path("audit/<int:pk>/", views.AuditRecord.as_view(), name="audit-entry"),
    path("audit/<int:pk>/reveal/", views.RevealValues.as_view(), name="audit-reveal"),
    path("demo/mail/", views.DemoMail.as_view(), name="demo-mail"),
    path("health/", views.Liveness.as_view(), name="health"),
    path("health/ready/", views.Readiness.as_view(), name="health-ready"),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", views.set_language, name="set_language"),
    path("api/v1/", include("avrr.api")),
]

if settings.DEBUG:
    urlpatterns += [path("ui/", views.Gallery.as_view(), name="gallery")]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
