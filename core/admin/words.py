"""The words the command line understands. Wrong ones end with 2 and a hint, as argparse does it."""

import argparse
from typing import Never

from core.members.roles import ROLES


class Parser(argparse.ArgumentParser):
    """One that names the fix in a sentence before the usage."""

    def error(self, message: str) -> Never:
        self.exit(2, f"{message}.\n{self.format_usage()}")


def parser() -> argparse.ArgumentParser:
    """Every verb with its words. `--json` may stand before or after the verb."""
    top = Parser(
        prog="python -m core.admin",
        allow_abbrev=False,
        description="Look after this SES Desk from the command line.",
    )
    top.add_argument("--json", action="store_true", help="answer with one JSON object")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=Parser)
    anywhere = Parser(add_help=False)
    anywhere.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="answer with one JSON object"
    )

    def verb(name: str, help: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=help, description=help, parents=[anywhere], allow_abbrev=False)

    one = verb("add-member", "Add a member; password from standard input, else a one-time one is printed.")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--role", required=True, choices=ROLES)
    one.add_argument(
        "--connection", action="append", metavar="NAME", help="one they may see; repeat for more; default all"
    )

    one = verb("reset-password", "Set a password; from standard input, else a one-time one is printed.")
    one.add_argument("name", metavar="NAME")

    one = verb("add-connection", "Add a connection; the secret access key comes on standard input.")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--region", required=True, metavar="R", help="for example eu-west-1")
    one.add_argument(
        "--from", required=True, dest="sender", metavar="ADDR", help="the address mail is sent from"
    )
    one.add_argument("--access-key-id", metavar="K", help="left out: the machine's own role")

    one = verb("add-topic", "Make a callback token, and pin a topic to it.")
    one.add_argument("--connection", required=True, metavar="NAME")
    one.add_argument(
        "--arn", metavar="ARN", help="pin this topic at once; left out: topics wait to be confirmed"
    )
    one.add_argument("--token", metavar="T", help="pin the topic to this token, which exists already")

    one = verb("api-token", "Make a read-only token for the API, or revoke one.")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--connection", metavar="NAME", help="bind it to this connection")
    one.add_argument("--revoke", action="store_true", help="end the token of this name")

    verb("verify-audit", "Check that no entry of the audit trail was changed or removed.")
    one = verb("doctor", "Check this installation and, with each connection's keys, its account at Amazon.")
    one.add_argument("--offline", action="store_true", help="ask Amazon nothing")

    verb("rotate-keys", "Seal every secret under a new vault key.")
    one = verb("backup", "Write everything into one file, while everything goes on.")
    one.add_argument("file", metavar="FILE")
    one = verb("restore", "Put a backup back; what is there now is kept beside it (SQLite).")
    one.add_argument("file", metavar="FILE")
    one = verb("move", "Copy everything to another database, proved by checksums; run again to go on.")
    one.add_argument("--to", required=True, metavar="DATABASE_URL")
    return top


def understood(words: list[str] | None) -> argparse.Namespace:
    """The verb and its words; ends the process with 2 when they are wrong."""
    asked = parser().parse_args(words)
    if asked.verb == "add-topic" and asked.token is not None and asked.arn is None:
        parser().error("--token pins one more topic to it, so it needs --arn as well")
    if asked.verb == "api-token" and asked.revoke and asked.connection is not None:
        parser().error("--revoke takes the name of the token alone, without --connection")
    return asked
