"""The configuration files of the stack, written for one small machine."""

import json
from pathlib import Path


def kafka(port: int, controller_port: int, data: Path) -> str:
    """server.properties of one node that is broker and controller; every replication factor is 1."""
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}

auto.create.topics.enable=false
num.partitions=8
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0

message.max.bytes=4194304
replica.fetch.max.bytes=4194304
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
background.threads=2
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=16777216
log.segment.bytes=134217728
# A segment's index is allocated whole, so many small topics stay small.
log.index.size.max.bytes=1048576
"""


KAFKA_LOGGING = """\
status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m (%c{1})%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
logger.config.name=org.apache.kafka.common.config.AbstractConfig
logger.config.level=warn
# A line and more for every topic, partition and segment that comes or goes: nine tenths of the log.
logger.controller.name=org.apache.kafka.controller
logger.controller.level=warn
logger.storage.name=org.apache.kafka.storage
logger.storage.level=warn
logger.segments.name=kafka.log
logger.segments.level=warn
logger.partitions.name=kafka.cluster
logger.partitions.level=warn
logger.metadata.name=kafka.server.metadata
logger.metadata.level=warn
logger.states.name=state.change.logger
logger.states.level=warn
"""


def prometheus(targets: Path, rules: Path, alertmanager_port: int) -> str:
    """Scrapes the file's targets every 5 s; JSON strings are valid YAML strings."""
    return f"""\
global:
  scrape_interval: 5s
  evaluation_interval: 5s
rule_files:
  - {json.dumps(str(rules))}
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["127.0.0.1:{alertmanager_port}"]
scrape_configs:
  - job_name: holdfast
    file_sd_configs:
      - files: [{json.dumps(str(targets))}]
        refresh_interval: 5s
"""


def alertmanager(webhook: str) -> str:
    """One route for everything: to the webhook if there is one, else to a receiver that drops it."""
    receiver = f"    webhook_configs:\n      - url: {json.dumps(webhook)}\n        send_resolved: true\n" if webhook else ""
    return f"""\
route:
  receiver: everything
  group_by: [alertname]
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 1h
receivers:
  - name: everything
{receiver}"""
