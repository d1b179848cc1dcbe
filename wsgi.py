"""What gunicorn and `flask --app wsgi` load."""

from circles import create_app
from config import Config

app = create_app(Config.from_env())
