"""The original httpbin (Debian's python3-httpbin) on a free port of 127.0.0.1, which it prints; until its standard input ends.

Exit status 77 if it is not installed.
"""

import logging
import sys
import threading

try:
    import httpbin
    from werkzeug.serving import make_server
except ImportError as error:
    sys.exit(print(f"python3-httpbin cannot be imported: {error}", file=sys.stderr) or 77)

logging.getLogger("werkzeug").setLevel(logging.ERROR)
httpbin.app.logger.setLevel(logging.CRITICAL)  # mistakes of clients are a 500 with a traceback there
server = make_server("127.0.0.1", 0, httpbin.app, threaded=True)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.port, flush=True)
sys.stdin.read()
