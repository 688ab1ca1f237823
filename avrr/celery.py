"""Celery application: tasks take ids, load, call a service; nothing else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avrr.settings.production")

app = Celery("awda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
