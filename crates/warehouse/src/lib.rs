//! ClickHouse: migrations, row types, the loader, SQL views, audit.
