"""The aiohttp contestant: gunicorn -k aiohttp.GunicornWebWorker aiohttp_hello:make_app."""

from aiohttp import web


async def hello(request):
    return web.Response(text="Hello, World!")


async def make_app():
    app = web.Application()
    app.router.add_get("/", hello)
    return app
