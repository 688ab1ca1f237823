"""Django's cache on the broker's server, whatever form its address has."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.cache.backends.redis import RedisCache


class BrokerCache(RedisCache):
    """Redis cache that also reads Celery's ``redis+socket://`` addresses; uses database 1."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        address = urlsplit(server)
        if address.scheme == "redis+socket":
            virtual_host = parse_qs(address.query).get("virtual_host", ["0"])[0]
            server = f"unix://{address.path}?db={int(virtual_host) + 1}"
        super().__init__(server, params)
