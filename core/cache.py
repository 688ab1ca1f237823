"""Django's cache on the broker's server, whatever form its address has."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.cache.backends.redis import RedisCache


class BrokerCache(RedisCache):
    """Redis cache at the address of Celery's broker, in the database after the broker's."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(cache_address(server), params)


def cache_address(broker: str) -> str:
    """Where the cache is: ``redis+socket://`` is Celery's own name of a socket."""
    address = urlsplit(broker)
    query = dict(parse_qsl(address.query))
    scheme, path, number = address.scheme, "", address.path.strip("/")
    if scheme in ("redis+socket", "unix"):
        scheme, path, number = "unix", address.path, query.pop("virtual_host", "")
    query["db"] = str(int(query.get("db") or number or 0) + 1)
    return f"{scheme}://{address.netloc}{path}?{urlencode(query)}"
