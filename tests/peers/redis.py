"""A Redis of a test's own.

with RedisServer() as redis:
    redis.url; redis.flush(); redis.kill(); redis.start()
"""

from __future__ import annotations

from bot.bench.servers import NoServer, RedisServer

__all__ = ["NoServer", "RedisServer"]
