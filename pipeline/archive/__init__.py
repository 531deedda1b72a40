"""Where letters live: store, search and ledger in one database."""
