"""A record becomes JSON, CSV, XLSX, XML, ALTO or a searchable PDF."""
