"""The peer of sessions_test.py: aiohttp_session with the routes of modules/sessions.cpp. Prints its port."""

import asyncio
import sys

from aiohttp import web
from aiohttp_session import get_session, setup
from aiohttp_session.cookie_storage import EncryptedCookieStorage


async def show(request):
    return web.json_response(dict(await get_session(request)))


async def put(request):
    session = await get_session(request)
    session.update(await request.json())
    return web.json_response(dict(session))


async def append(request):
    session = await get_session(request)
    session["cart"]["items"].append("apple")
    session.changed()
    return web.json_response(dict(session))


async def end(request):
    session = await get_session(request)
    session.invalidate()
    return web.json_response({})


async def make(key, max_age):
    app = web.Application()
    setup(app, EncryptedCookieStorage(key, max_age=max_age))
    app.add_routes([web.get("/", show), web.post("/", put), web.post("/append", append), web.post("/end", end)])
    return app


async def main(key, max_age):
    runner = web.AppRunner(await make(key, max_age))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].encode(), int(sys.argv[2])))
