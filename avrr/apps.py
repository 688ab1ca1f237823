from django.apps import AppConfig


class AvrrConfig(AppConfig):
    name = "avrr"
    verbose_name = "Awda"
