"""What tests stand on: a browser, a database server, readers of the source."""
