"""The original httpbin (Debian's python3-httpbin) on a free port of 127.0.0.1, which it prints with the list of its routes; until its
standard input ends.

Exit status 77 if it is not installed.
"""

import json
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
routes = [[sorted(rule.methods - {"HEAD", "OPTIONS"}), rule.rule] for rule in httpbin.app.url_map.iter_rules()]
print(json.dumps({"port": server.port, "routes": routes}), flush=True)
sys.stdin.read()
