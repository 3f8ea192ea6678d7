"""The tables. Times are whole milliseconds since 1970 in UTC; every unique key of an account carries the connection.

Names ending in `_sealed` hold vault tokens; `_hash` a SHA-256 in hex. Nothing else in here is secret.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Text, UniqueConstraint, desc, text
from sqlmodel import Field, SQLModel

# SQLite gives ids by itself only to INTEGER keys; PostgreSQL wants room.
Id = BigInteger().with_variant(Integer(), "sqlite")


def key() -> Column[int]:
    """A primary key that the store numbers."""
    return Column(Id, primary_key=True, autoincrement=True)


def moment(nullable: bool = False) -> Column[int]:
    """A time in milliseconds."""
    return Column(BigInteger, nullable=nullable)


class Connection(SQLModel, table=True):
    """One Amazon SES account in one region, with its sender and transport: what the user sets up."""

    __tablename__ = "connections"
    __table_args__ = {"sqlite_autoincrement": True}  # a number never comes again: grants name it
    id: int | None = Field(default=None, sa_column=key())
    uuid: str = Field(unique=True)  # part of the vault's associated data
    name: str = Field(unique=True)
    region: str
    transport: str = "api"  # api | smtp
    endpoint: str = ""  # FIPS, dual-stack or custom host as recognised; "" = the region's own
    smtp_port: int = 587
    account_id: str | None = None
    from_address: str = ""
    display_name: str = ""
    disabled: bool = False
    demo: bool = False
    steps: str = Field(
        default="{}", sa_column=Column(Text, nullable=False)
    )  # JSON: recorded steps of the walk
    check: str = Field(default="", sa_column=Column(Text, nullable=False))  # JSON: the last check, "" = never
    checked_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    created_at: int = Field(sa_column=moment())
    updated_at: int = Field(sa_column=moment())
    version: int = 1  # compare and swap


class Credential(SQLModel, table=True):
    """The sealed keys of one connection. Apart, so that the receiver's role need not see the table."""

    __tablename__ = "credentials"
    connection_id: int = Field(foreign_key="connections.id", primary_key=True, ondelete="CASCADE")
    kind: str = "keys"  # keys | role (the machine's own)
    key_hint: str = ""  # last four characters of the access key id
    access_key_id_sealed: str | None = None
    secret_access_key_sealed: str | None = None
    session_token_sealed: str | None = Field(default=None, sa_column=Column(Text))
    smtp_username_sealed: str | None = None
    smtp_password_sealed: str | None = None  # None: derived from the secret for the region
    changed_at: int = Field(sa_column=moment())


class Callback(SQLModel, table=True):
    """One secret path /sns/{token}. Open: waits for topics to confirm. Closed: takes only what is pinned."""

    __tablename__ = "callbacks"
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    token_sealed: str | None = None
    open: bool = True
    created_at: int = Field(sa_column=moment())


class Topic(SQLModel, table=True):
    """An SNS topic at one callback: `waiting` until an admin confirms, then `pinned`; `unsubscribed` when Amazon said so."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("connection_id", "callback_id", "arn"),)
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE")
    callback_id: int = Field(foreign_key="callbacks.id", ondelete="CASCADE", index=True)
    arn: str
    state: str = "waiting"  # waiting | pinned | unsubscribed
    confirm_token: str | None = Field(default=None, sa_column=Column(Text))  # until confirmed or 48 h old
    confirm_token_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    confirmed_at: int | None = Field(
        default=None, sa_column=moment(nullable=True)
    )  # ConfirmSubscription succeeded
    subscription_arn: str | None = None
    signature_version: str | None = None  # as last seen
    last_event_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    certificate_pem: str | None = Field(
        default=None, sa_column=Column(Text)
    )  # the demo's own, for this row alone
    demo: bool = False
    created_at: int = Field(sa_column=moment())


class Certificate(SQLModel, table=True):
    """An SNS signing certificate that was downloaded from Amazon's exact host, by its whole URL."""

    __tablename__ = "certificates"
    url: str = Field(primary_key=True)
    pem: str = Field(sa_column=Column(Text, nullable=False))
    fetched_at: int = Field(sa_column=moment())


class RawNotification(SQLModel, table=True):
    """The exact Message of one verified notification. The key is time-ordered: retries repeat the signed Timestamp."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("connection_id", "published_at", "sns_message_id"),
        Index(  # what HTTPS has not delivered (so far): few rows, unless there is no HTTPS
            "notifications_by_queue",
            "connection_id",
            "published_at",
            sqlite_where=text("topic_id IS NULL"),
            postgresql_where=text("topic_id IS NULL"),
        ),
        Index(  # what our own code could not read: hardly ever a row
            "notifications_unread",
            "connection_id",
            "id",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
    )
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int
    topic_id: int | None = None
    published_at: int = Field(sa_column=moment())
    sns_message_id: str
    subject: str | None = Field(default=None, sa_column=Column(Text))
    message: str = Field(sa_column=Column(Text, nullable=False))
    received_at: int = Field(sa_column=moment())
    signature_version: str = ""
    state: str = "parsed"  # parsed | notice | quarantined
    note: str | None = None  # the notice's word, or why it is quarantined
    flags: int = 0


class StoredEvent(SQLModel, table=True):
    """One fact about one recipient of one message (events/fact.py says what makes it one)."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("connection_id", "message_id", "recipient", "type", "detail", name="one_fact"),
        Index("events_by_time", "connection_id", desc("occurred_at"), "id"),
        Index("events_by_recipient", "connection_id", "recipient").ddl_if(dialect="postgresql"),
        Index(
            "events_by_day_and_recipient", "connection_id", text("(occurred_at / 86400000)"), "recipient"
        ).ddl_if(dialect="sqlite"),  # see by_recipient.py
    )
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int
    type: str
    message_id: str = ""
    recipient: str = ""
    detail: str = ""
    occurred_at: int = Field(sa_column=moment())
    sent_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    received_at: int = Field(sa_column=moment())
    identity: str | None = None
    configuration_set: str | None = None
    tags: str | None = Field(default=None, sa_column=Column(Text))  # JSON, None = none
    mailbox_provider: str | None = None
    bounce_type: str | None = None
    bounce_subtype: str | None = None
    diagnostic_code: str | None = Field(default=None, sa_column=Column(Text))
    status: str | None = None
    feedback_type: str | None = None
    feedback_id: str | None = None
    candidates: int | None = None
    flags: int = 0
    raw_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class OutcomeRow(SQLModel, table=True):
    """What is known of one recipient of one message (events/outcome.py). Commutative: any order gives the same row."""

    __tablename__ = "outcomes"
    __table_args__ = {"sqlite_with_rowid": False}
    connection_id: int = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    flags: int = 0
    sent_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    seen_at: int = Field(
        sa_column=moment()
    )  # earliest event of any kind: stands in where sent_at is never told
    delivered_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    permanent_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    transient_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    complained_at: int | None = Field(
        default=None, sa_column=moment(nullable=True)
    )  # by a complaint that names it alone
    delayed_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    permanent_reason: str | None = None
    transient_reason: str | None = None
    identity: str | None = None
    identity_rank: int | None = Field(default=None, sa_column=moment(nullable=True))
    configuration_set: str | None = None
    configuration_set_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    tags: str | None = Field(default=None, sa_column=Column(Text))  # JSON: name -> sorted values
    groups: str | None = Field(default=None, sa_column=Column(Text))  # JSON: complaints that name several


class Rollup(SQLModel, table=True):
    """Counts per connection, hour or day, cohort, identity and one dimension's value. Sums of Outcome contributions."""

    __tablename__ = "rollups"
    __table_args__ = {"sqlite_with_rowid": False}
    connection_id: int = Field(primary_key=True)
    dimension: str = Field(
        primary_key=True
    )  # "" (all) | configuration_set | mailbox_provider | … | tag:NAME | again:NAME | feed
    grain: str = Field(primary_key=True, max_length=1)  # h | d
    cohort: str = Field(
        primary_key=True, max_length=1
    )  # s = day of sending | e = what to move to the day of the event
    bucket: int = Field(sa_column=Column(Integer, primary_key=True))  # hours or days since 1970
    identity: str = Field(primary_key=True)  # "" = not said
    value: str = Field(primary_key=True)  # "" = not said
    slot: int = Field(
        sa_column=Column(SmallInteger, primary_key=True)
    )  # one per writer, so that writers never wait
    sent: int = 0
    delivered: int = 0
    bounced_permanent: int = 0
    bounced_transient: int = 0
    complained: int = 0
    delayed: int = 0
    changes: int = Field(
        default=1, sa_column=Column(BigInteger, nullable=False, server_default="1")
    )  # only grows


class RollupSpan(SQLModel, table=True):
    """Sums by value over some days, made of rollups once their days are over: a shorter way to long tables.

    True for as long as `changes` is that of the rollups of its days, so nobody who writes rollups need know of it.
    """

    __tablename__ = "rollup_spans"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    dimension: str = Field(primary_key=True)
    length: int = Field(sa_column=Column(SmallInteger, primary_key=True))  # days from one to the next
    first: int = Field(sa_column=Column(Integer, primary_key=True))  # the first day, a multiple of the length
    last: int  # the last day inside
    changes: int = Field(sa_column=Column(BigInteger, nullable=False))
    made_at: int = Field(sa_column=moment())
    entries: int  # how many values there are
    body: str = Field(sa_column=Column(Text, nullable=False))  # JSON: [values, the numbers of each]


class Suppression(SQLModel, table=True):
    """An address not to be mailed, with the reason and the event behind it."""

    __tablename__ = "suppressions"
    __table_args__ = (
        Index("suppressions_by_change", "connection_id", "changed_at", "address"),
        {"sqlite_with_rowid": False},
    )
    connection_id: int = Field(primary_key=True)
    address: str = Field(primary_key=True)
    reason: str
    since: int = Field(sa_column=moment())
    changed_at: int = Field(sa_column=moment())
    removed_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    event_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    note: str | None = None
    causes: str | None = Field(
        default=None, sa_column=Column(Text)
    )  # JSON: every reason there ever was, None = the one above alone


class Member(SQLModel, table=True):
    """A person who may sign in."""

    __tablename__ = "members"
    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, sa_column=key())
    name: str = Field(unique=True)  # lower case
    role: str  # admin | operator | viewer
    password_hash: str
    connections: str | None = None  # JSON list of connection ids they may see, None = all
    must_change: bool = False
    disabled: bool = False
    created_at: int = Field(sa_column=moment())
    version: int = 1  # rises with every change of password or role; sessions of an older one end


class Session(SQLModel, table=True):
    """One signed-in browser. Only the hash of its token is here."""

    __tablename__ = "sessions"
    token_hash: str = Field(primary_key=True)
    member_id: int = Field(foreign_key="members.id", ondelete="CASCADE", index=True)
    member_version: int
    created_at: int = Field(sa_column=moment())
    seen_at: int = Field(sa_column=moment())
    address: str = ""
    user_agent: str = ""


class Ticket(SQLModel, table=True):
    """A single-use way from the sign-in form to the session cookie, bound to the browser's nonce."""

    __tablename__ = "tickets"
    token_hash: str = Field(primary_key=True)
    member_id: int = Field(foreign_key="members.id", ondelete="CASCADE")
    nonce_hash: str
    expires_at: int = Field(sa_column=moment())


class SignInAttempt(SQLModel, table=True):
    """Failed sign-ins per name and per address (hashed); they expire by themselves."""

    __tablename__ = "sign_in_attempts"
    subject_hash: str = Field(primary_key=True)
    failures: int = 0
    last_at: int = Field(sa_column=moment())
    blocked_until: int = Field(sa_column=moment())


class AuditEntry(SQLModel, table=True):
    """What was done by whom. Append-only; each entry's hash covers the one before it."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, sa_column=key())
    at: int = Field(sa_column=moment())
    actor: str
    action: str
    subject: str = ""
    detail: str = Field(
        default="{}", sa_column=Column(Text, nullable=False)
    )  # JSON, no secrets, no recipients
    previous_hash: str
    hash: str = Field(unique=True)


class FindingRow(SQLModel, table=True):
    """One standing result of a check; resolved when it is gone."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("connection_id", "reference", "subject"),)
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int  # 0 = the machine itself
    reference: str  # kebab-case, a row of the diagnosis table
    subject: str = ""  # a topic ARN, an identity: never a recipient
    evidence: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    first_at: int = Field(sa_column=moment())
    last_at: int = Field(sa_column=moment())
    resolved_at: int | None = Field(default=None, sa_column=moment(nullable=True))


class ApiToken(SQLModel, table=True):
    """A read-only bearer token, optionally bound to one connection."""

    __tablename__ = "api_tokens"
    id: int | None = Field(default=None, sa_column=key())
    name: str = Field(unique=True)
    token_hash: str = Field(unique=True)
    connection_id: int | None = Field(default=None, foreign_key="connections.id", ondelete="CASCADE")
    created_at: int = Field(sa_column=moment())
    revoked_at: int | None = Field(default=None, sa_column=moment(nullable=True))


class Draft(SQLModel, table=True):
    """What was typed in the connect walk, sealed, for one sign-in and at most 15 minutes."""

    __tablename__ = "drafts"
    session_hash: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # connect | quick-check
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    expires_at: int = Field(sa_column=moment())


class SentTest(SQLModel, table=True):
    """One test the product sent. State: sending, accepted, refused, unknown (timed out: never repeated by itself)."""

    __tablename__ = "sent_tests"
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", index=True)
    scenario: str  # person | success | bounce | complaint | ooto | suppressionlist
    recipient: str
    transport: str
    drill: bool = False
    state: str = "sending"
    message_id: str | None = Field(default=None, index=True)
    finding: str | None = Field(default=None, sa_column=Column(Text))  # JSON
    member: str = ""
    started_at: int = Field(sa_column=moment())
    answered_at: int | None = Field(default=None, sa_column=moment(nullable=True))


class Lease(SQLModel, table=True):
    """Who does a background job just now; the fencing number rises with each holder."""

    __tablename__ = "leases"
    job: str = Field(primary_key=True)
    holder: str
    fence: int = 0
    until: int = Field(sa_column=moment())


class Meta(SQLModel, table=True):
    """Small facts about this installation: vault canary, set-up code hash, demo state."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True)
    value: str = Field(sa_column=Column(Text, nullable=False))


class SetUp(SQLModel, table=True):
    """One plan to make, in Amazon, what reports back to us; resumable, undone step by step."""

    __tablename__ = "set_ups"
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", index=True)
    choices: str = Field(sa_column=Column(Text, nullable=False))  # JSON: what the admin chose and agreed to
    state: str = "planned"  # planned | running | stopped | done | undoing | undone
    member: str = ""
    created_at: int = Field(sa_column=moment())
    changed_at: int = Field(sa_column=moment())


class SetUpStep(SQLModel, table=True):
    """One thing to make or change in Amazon: written down before the call, completed after it."""

    __tablename__ = "set_up_steps"
    __table_args__ = (UniqueConstraint("set_up_id", "key"),)
    id: int | None = Field(default=None, sa_column=key())
    set_up_id: int = Field(foreign_key="set_ups.id", ondelete="CASCADE")
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", index=True)
    position: int
    key: str  # topic, subscription, destination …
    subject: str = ""  # ARN or name; "" until it is known
    state: str = "planned"  # planned | trying | made | changed | reused | waiting | failed | undone
    before: str = Field(
        default="{}", sa_column=Column(Text, nullable=False)
    )  # JSON: what was there, to put back
    after: str = Field(default="{}", sa_column=Column(Text, nullable=False))  # JSON: what was set
    finding: str | None = Field(default=None, sa_column=Column(Text))  # JSON of a Diagnosis
    at: int = Field(sa_column=moment())


class Queue(SQLModel, table=True):
    """An SQS queue that the worker empties for a connection: the events themselves, or what HTTPS could not deliver."""

    __tablename__ = "queues"
    __table_args__ = (UniqueConstraint("connection_id", "arn"),)
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE")
    arn: str
    url: str
    kind: str = "events"  # events | dead-letters
    by_hand: bool = False  # made by the user, given by its URL
    demo: bool = False
    topics: str = Field(
        default="[]", sa_column=Column(Text, nullable=False)
    )  # JSON: ARNs it may carry, * as in IAM
    created_at: int = Field(sa_column=moment())
    polled_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    message_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    trouble: str | None = Field(default=None, sa_column=Column(Text))  # JSON of a Diagnosis


class Poison(SQLModel, table=True):
    """A queue's message that is no notification: kept as it came, shown, and taken off the queue."""

    __tablename__ = "poison"
    __table_args__ = (UniqueConstraint("connection_id", "queue_id", "sqs_message_id"),)
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE")
    queue_id: int = Field(foreign_key="queues.id", ondelete="CASCADE")
    sqs_message_id: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    reason: str
    sent_at: int = Field(sa_column=moment())
    received_at: int = Field(sa_column=moment())


class Drill(SQLModel, table=True):
    """One fire drill: what was sent, and how far each piece came."""

    __tablename__ = "drills"
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", index=True)
    kind: str  # mail | publish
    state: str = "running"  # running | passed | failed
    pieces: str = Field(
        default="[]", sa_column=Column(Text, nullable=False)
    )  # JSON: one per mail or published message
    member: str = ""
    started_at: int = Field(sa_column=moment())
    ended_at: int | None = Field(default=None, sa_column=moment(nullable=True))


class AmazonCount(SQLModel, table=True):
    """Amazon's own counts of one quarter of an hour (GetSendStatistics, else CloudWatch): the whole account in the region."""

    __tablename__ = "amazon_counts"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    quarter: int = Field(sa_column=Column(Integer, primary_key=True))  # quarters of an hour since 1970
    source: str = "statistics"  # statistics | cloudwatch
    sent: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0
    read_at: int = Field(sa_column=moment())


class AmazonSuppressed(SQLModel, table=True):
    """An entry of the SES account's own suppression list, as it was last read."""

    __tablename__ = "amazon_suppressed"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    address: str = Field(primary_key=True)
    reason: str  # BOUNCE | COMPLAINT
    updated_at: int = Field(sa_column=moment())
    read_at: int = Field(sa_column=moment())
    spelled: str = Field(
        default="", sa_column=Column(Text, nullable=False, server_default="")
    )  # as Amazon writes it; "" = as `address`


class ListSettings(SQLModel, table=True):
    """What a connection decided about its lists: rules for suppression, the unsubscribe page, its groups."""

    __tablename__ = "list_settings"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    transient: str = Field(
        default="", sa_column=Column(Text, nullable=False)
    )  # JSON: subtype -> [times, days]; "" = the default rule
    page: str = Field(
        default="{}", sa_column=Column(Text, nullable=False)
    )  # JSON: name, colours, address elsewhere
    groups: str = Field(default="[]", sa_column=Column(Text, nullable=False))  # JSON: [[key, title], …]
    contact_list: str = ""  # SES's own subscription management, "" = ours
    contact_topic: str = ""
    amazon_read_at: int | None = Field(default=None, sa_column=moment(nullable=True))  # its list, last read
    amazon_read: str = Field(
        default="{}", sa_column=Column(Text, nullable=False)
    )  # JSON: how that went, what may not be read
    changed_at: int = Field(sa_column=moment())


class Departure(SQLModel, table=True):
    """A person who left one group of a connection's mail. Leaving all of it is a Suppression."""

    __tablename__ = "departures"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    address: str = Field(primary_key=True)
    group_key: str = Field(primary_key=True)
    since: int = Field(sa_column=moment())
    returned_at: int | None = Field(default=None, sa_column=moment(nullable=True))


class Retention(SQLModel, table=True):
    """For how long a connection's notifications and events are kept, and how far forgetting has come."""

    __tablename__ = "retentions"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    message_days: int  # the text of notifications; 0 = for ever
    event_days: int  # events, and with them what is known of their messages; 0 = for ever
    closed_before: int | None = Field(
        default=None, sa_column=moment(nullable=True)
    )  # outcomes of earlier messages were forgotten
    emptied_to: int = Field(default=0, sa_column=moment())  # number of the last notification without its text
    swept_at: int = Field(default=0, sa_column=moment())
    changed_at: int = Field(default=0, sa_column=moment())


class Probe(SQLModel, table=True):
    """When it was last tried whether anything can be written here: the receiver's question to itself."""

    __tablename__ = "probes"
    name: str = Field(primary_key=True)
    at: int = Field(sa_column=moment())


class DoctorRun(SQLModel, table=True):
    """One round of the Doctor over a connection: every line it showed, so that the next can say what changed and since when."""

    __tablename__ = "doctor_runs"
    __table_args__ = (Index("doctor_runs_by_time", "connection_id", "started_at"),)
    id: int | None = Field(default=None, sa_column=key())
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE")
    started_at: int = Field(sa_column=moment())
    ended_at: int | None = Field(default=None, sa_column=moment(nullable=True))
    member: str = ""  # who pressed the button; "" = the worker by itself
    lines: str = Field(
        default="[]", sa_column=Column(Text, nullable=False)
    )  # JSON: the lines, no secret in them


class Rotation(SQLModel, table=True):
    """An access key that is being exchanged for another one: how far that is, and the key not in use just now."""

    __tablename__ = "rotations"
    connection_id: int = Field(foreign_key="connections.id", ondelete="CASCADE", primary_key=True)
    step: str  # entered | tested | switched | disabled
    member: str  # who began it
    old_hint: str = ""  # last four characters of the first key's id
    new_hint: str = ""
    old_arn: str = ""  # whose the keys are, as Amazon says it; "" = not known
    new_arn: str = ""
    other_sealed: str = Field(
        sa_column=Column(Text, nullable=False)
    )  # before the switch the second key, after it the first
    test_id: int | None = None
    disabled_by: str = ""  # desk | hand
    started_at: int = Field(sa_column=moment())
    changed_at: int = Field(sa_column=moment())
