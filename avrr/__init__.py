"""Composition root: settings, URLs, the API router, navigation. Imported by nobody."""

from avrr.celery import app as celery_app

__all__ = ["celery_app"]
