"""localstripe as a process of its own, on loopback alone.

Its own command line listens on every interface and writes its books to a fixed file; this starts its application
otherwise. Three things that the real service takes and localstripe refuses are added here: a description on a payment
intent, and listing intents and checkout sessions by customer and time (it has no sessions at all: an empty list).
"""
import asyncio
import sys

from aiohttp import web
from localstripe import resources, server

resources.store.dump_to_disk = lambda: None
intents = resources.PaymentIntent
create, listing = intents._api_create.__func__, intents._api_list_all.__func__


def create_described(cls, description=None, **data):
    return create(cls, **data)


def list_some(cls, url, customer=None, created=None, limit=None, **rest):
    found = listing(cls, url, limit=limit, **rest)
    low = int((created or {}).get("gte", 0))
    found._list = [i for i in found._list if customer in (None, i.customer) and i.created >= low]
    return found


intents._api_create = classmethod(create_described)
intents._api_list_all = classmethod(list_some)


async def no_sessions(_request):
    return web.json_response({"object": "list", "data": [], "has_more": False})


async def main():
    server.app.router.add_get("/v1/checkout/sessions", no_sessions)
    runner = web.AppRunner(server.app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    # Ends with the test: its standard input is closed then.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
