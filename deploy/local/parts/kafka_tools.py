"""Kafka's own command line tools, run on the stack's broker."""

import os

from . import install

CLASSES = {
    "topics": "org.apache.kafka.tools.TopicCommand",
    "groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "producer": "org.apache.kafka.tools.ConsoleProducer",
    "consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "offsets": "org.apache.kafka.tools.GetOffsetShell",
    "transactions": "org.apache.kafka.tools.TransactionsCommand",
    "configs": "org.apache.kafka.tools.ConfigCommand",
    "delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
}


def run(tool: str | None, arguments: list[str], port: int) -> None:
    """Becomes the tool; without one, lists them."""
    if tool is None:
        return print("\n".join(f"stack kafka {name:<15} {java_class}" for name, java_class in CLASSES.items()))
    # These live for a second or two, so they compile little; and they say nothing but their answer.
    java = ["java", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=ERROR", "-cp", f"{install.jars()}/*"]
    os.execvp("java", [*java, CLASSES[tool], "--bootstrap-server", f"127.0.0.1:{port}", *arguments])
