"""Where the cache is: beside the broker's database, never in it."""

import pytest

from core.cache import cache_address


@pytest.mark.parametrize(
    ("broker", "cache"),
    [
        ("redis://host", "redis://host?db=1"),
        ("redis://user:pa@host:6379/0", "redis://user:pa@host:6379?db=1"),
        ("rediss://host/4?ssl_cert_reqs=none", "rediss://host?ssl_cert_reqs=none&db=5"),
        ("redis://host?db=2", "redis://host?db=3"),
        ("unix:///run/valkey.sock?db=0", "unix:///run/valkey.sock?db=1"),
        ("redis+socket:///run/valkey.sock", "unix:///run/valkey.sock?db=1"),
        ("redis+socket:///run/valkey.sock?virtual_host=3", "unix:///run/valkey.sock?db=4"),
    ],
)
def test_the_cache_has_the_database_after_the_brokers(broker, cache):
    assert cache_address(broker) == cache
