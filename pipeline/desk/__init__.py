"""The clerk's web page and the HTTP API."""
