"""The engine's configuration file: users and roles from a file beside it, the query log in a table, as a server has them."""

from pathlib import Path
from xml.sax.saxutils import escape


def write_configuration(folder: Path) -> Path:
    """Writes `config.xml` and returns its path; `users.xml` beside it is the business of `access`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.xml"
    file.write_text(_CONFIGURATION.format(users=escape(str(folder / "users.xml"))))
    return file


_CONFIGURATION = """\
<clickhouse>
  <logger><level>warning</level><console>0</console></logger>
  <user_directories><users_xml><path>{users}</path></users_xml></user_directories>
  <mark_cache_size>268435456</mark_cache_size>
  <query_log>
    <database>system</database>
    <table>query_log</table>
    <flush_interval_milliseconds>1000</flush_interval_milliseconds>
    <ttl>event_date + INTERVAL 7 DAY DELETE</ttl>
  </query_log>
</clickhouse>
"""
