"""The application for a WSGI server."""

from civic.app import create_app

app = create_app()
