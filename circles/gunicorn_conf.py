"""How gunicorn serves `wsgi:app`; used by `make run`, and fit for production as it is."""

import os

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
graceful_timeout = 10
control_socket_disable = True  # nobody uses it, and it would be a file in the home of whoever starts us
accesslog = None  # who reads what is nobody's business; the proxy in front counts requests
