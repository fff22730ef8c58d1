-- Times: milliseconds since the epoch, UTC. Dates: ISO 8601 text. Money: minor units and a currency's three letters.
-- Truth values: 0 or 1. JSON: text. A number or id is never given twice.

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Change counters that a running server looks at to notice the work of another process.
CREATE TABLE versions (
    name TEXT PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT;
INSERT INTO versions (name, n) VALUES ('stories', 0);

CREATE TABLE stories (
    number INTEGER PRIMARY KEY AUTOINCREMENT CHECK (number BETWEEN 1 AND 4294967295),
    source_key TEXT UNIQUE,
    slug TEXT NOT NULL,
    section TEXT NOT NULL,
    headline TEXT NOT NULL,
    headline_provisional INTEGER NOT NULL,
    standfirst TEXT,
    bylines TEXT NOT NULL,
    dateline TEXT,
    topics TEXT NOT NULL,
    marking TEXT NOT NULL CHECK (marking IN ('free', 'registered', 'metered', 'premium')),
    preview_blocks INTEGER NOT NULL,
    published_at INTEGER,
    updated_at INTEGER,
    picture TEXT,
    pick INTEGER,
    body TEXT NOT NULL,
    -- fingerprints of the fields as the source last gave them: what differs now is the desk's work
    imported TEXT,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    -- the story that took this one's place when both proved to be one
    supplanted_by INTEGER REFERENCES stories (number)
) STRICT;

CREATE TABLE old_paths (
    path TEXT PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES stories (number)
) STRICT;

CREATE TABLE crawls (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    story_number INTEGER REFERENCES stories (number),
    provenance TEXT NOT NULL
) STRICT;
CREATE INDEX crawls_of_story ON crawls (story_number);

CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    summary TEXT NOT NULL,
    report TEXT NOT NULL
) STRICT;

CREATE TABLE readers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT,
    role TEXT NOT NULL CHECK (role IN ('reader', 'staff')),
    verified_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX sessions_of_reader ON sessions (reader_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    browser_hash BLOB NOT NULL,
    purpose TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    link_hash BLOB UNIQUE,
    data TEXT NOT NULL,
    tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    CHECK (expires_at - created_at BETWEEN 1 AND 600000)
) STRICT;
CREATE INDEX codes_of_email ON codes (email_key, created_at);

CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    product TEXT NOT NULL,
    plan TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('checkout', 'trial', 'active', 'past_due', 'lapsed', 'paused', 'ended')),
    end_reason TEXT,
    anchor TEXT,
    zone TEXT NOT NULL,
    period_n INTEGER NOT NULL CHECK (period_n >= 0),
    paid_through TEXT,
    cancel_at INTEGER,
    consent TEXT NOT NULL,
    -- what else the contract records and no query asks about
    details TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((state = 'ended') = (end_reason IS NOT NULL)),
    CHECK (state <> 'active' OR (anchor IS NOT NULL AND paid_through IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_live_contract ON subscriptions (reader_id, product) WHERE state NOT IN ('checkout', 'ended');
CREATE UNIQUE INDEX one_open_checkout ON subscriptions (reader_id, product) WHERE state = 'checkout';
CREATE INDEX subscriptions_of_reader ON subscriptions (reader_id);
CREATE INDEX subscriptions_by_state ON subscriptions (state, created_at);
CREATE INDEX subscriptions_to_cancel ON subscriptions (cancel_at) WHERE cancel_at IS NOT NULL AND state <> 'ended';

CREATE TABLE payment_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    period_n INTEGER NOT NULL CHECK (period_n >= 0),
    attempt_no INTEGER NOT NULL CHECK (attempt_no >= 1),
    key TEXT NOT NULL UNIQUE,
    rail TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    params TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'unknown', 'failed', 'captured', 'surplus', 'refunded')),
    rail_ref TEXT,
    failure TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    unknown_at INTEGER,
    settled_at INTEGER,
    UNIQUE (subscription_id, period_n, attempt_no)
) STRICT;
CREATE UNIQUE INDEX one_capture_per_period ON payment_attempts (subscription_id, period_n) WHERE state = 'captured';
CREATE UNIQUE INDEX one_open_attempt_per_period ON payment_attempts (subscription_id, period_n)
    WHERE state IN ('planned', 'sent', 'unknown');
CREATE INDEX attempts_by_state ON payment_attempts (state, created_at);
CREATE INDEX attempts_by_rail_ref ON payment_attempts (rail, rail_ref);

CREATE TABLE webhook_events (
    rail TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    handled_at INTEGER,
    PRIMARY KEY (rail, event_id)
) STRICT;
CREATE INDEX webhooks_unhandled ON webhook_events (received_at) WHERE handled_at IS NULL;

CREATE TABLE sandbox_payments (
    session_id TEXT PRIMARY KEY,
    attempt_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'declined', 'cancelled', 'expired')),
    return_url TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    decided_at INTEGER
) STRICT;

CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    benefits TEXT NOT NULL,
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (source, reference)
) STRICT;
CREATE INDEX grants_of_reader ON grants (reader_id);

CREATE TABLE ledger_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    UNIQUE (reason, reference)
) STRICT;

-- amount: debit above zero, credit below; an entry's lines sum to zero in every currency
CREATE TABLE ledger_lines (
    entry_id INTEGER NOT NULL REFERENCES ledger_entries (id),
    line_no INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    PRIMARY KEY (entry_id, line_no)
) STRICT;
CREATE INDEX ledger_lines_by_account ON ledger_lines (account, currency);

CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT UNIQUE,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
) STRICT;
CREATE INDEX mails_unsent ON mails (id) WHERE sent_at IS NULL;

CREATE TABLE meter_reads (
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    period INTEGER NOT NULL,
    story INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (reader_id, period, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX meter_reads_by_age ON meter_reads (period, day);

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_subject ON events (subject, id);

-- What was booked or witnessed stays as it is; a correction is a new row.
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only: book a correcting entry'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only: book a correcting entry'); END;
CREATE TRIGGER ledger_lines_no_update BEFORE UPDATE ON ledger_lines
BEGIN SELECT RAISE(ABORT, 'ledger_lines is append-only: book a correcting entry'); END;
CREATE TRIGGER ledger_lines_no_delete BEFORE DELETE ON ledger_lines
BEGIN SELECT RAISE(ABORT, 'ledger_lines is append-only: book a correcting entry'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events is append-only: add another event'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events is append-only: add another event'); END;
