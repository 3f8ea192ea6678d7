"""The only place that knows SQL: tables, migrations, recording, rollups and queries, on SQLite or PostgreSQL."""
