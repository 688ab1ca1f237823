"""All addresses: pages are nouns, verbs are POST sub-resources."""

from allauth.account import views as sign_in
from django.conf import settings
from django.urls import include, path, re_path

from avrr import views

# Of allauth's pages those in use: administrators open accounts and change their addresses.
RESET = "password/reset/"
SIGN_IN = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path(RESET, sign_in.password_reset, name="account_reset_password"),
    path(f"{RESET}done/", sign_in.password_reset_done, name="account_reset_password_done"),
    path(
        f"{RESET}key/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        rf"^{RESET}key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]

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
    path("accounts/", include(SIGN_IN)),
    path("i18n/setlang/", views.set_language, name="set_language"),
    path("api/v1/", include("avrr.api")),
]

if settings.DEBUG:
    urlpatterns += [path("ui/", views.Gallery.as_view(), name="gallery")]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
