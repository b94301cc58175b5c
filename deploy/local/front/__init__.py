"""ClickHouse's HTTP interface over the chDB engine, for one machine without containers."""
