"""congvan: scanned Vietnamese official letters in, records and a searchable archive out.

The folders stand in the order a scan travels: read, clean, recognise, restore, parse
(``trip.py`` joins them), then archive and export, then bulk and desk.
"""

__version__ = "0.1.0"
