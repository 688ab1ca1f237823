from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from accounts import adapter, api  # noqa: F401 - api names the key scheme for OpenAPI

        for told in adapter.SECOND_STEP:
            told.connect(adapter.second_step_changed)
