-- Billing: the whole paper of a contract, when it has to be looked at next, what it owes, and its documents.

-- Contracts get their dossier, as circulation writes it. The other columns and tables repeat what queries ask for and what the database
-- itself must guard; the doctor compares them. SQLite cannot change a CHECK, so the table is made anew (foreign keys rest meanwhile).
CREATE TABLE new_subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    product TEXT NOT NULL,
    plan TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('checkout', 'unclaimed', 'trial', 'active', 'past-due', 'lapsed', 'paused', 'ended')),
    end_reason TEXT,
    anchor TEXT,
    zone TEXT NOT NULL,
    period_n INTEGER NOT NULL CHECK (period_n >= 0),
    paid_through TEXT,
    cancel_at INTEGER,
    consent TEXT NOT NULL,
    -- what contracts recorded before there were dossiers
    details TEXT NOT NULL,
    dossier TEXT,
    -- whose running contract it is; a gift is nobody's
    live_reader INTEGER REFERENCES readers (id),
    -- whose open checkout it is; a gift is nobody's
    checkout_reader INTEGER REFERENCES readers (id),
    -- the next instant at which something has to be done; null: nothing until somebody acts
    due_at INTEGER,
    -- until then another process works on it
    leased_until INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((state = 'ended') = (end_reason IS NOT NULL)),
    CHECK (state <> 'active' OR (anchor IS NOT NULL AND paid_through IS NOT NULL))
) STRICT;
-- contracts of before are to be looked at once, which gives them their dossier
INSERT INTO new_subscriptions (id, reader_id, product, plan, state, end_reason, anchor, zone, period_n, paid_through, cancel_at, consent,
    details, live_reader, checkout_reader, due_at, revision, created_at, updated_at)
SELECT id, reader_id, product, plan, state, end_reason, anchor, zone, period_n, paid_through, cancel_at, consent, details,
    CASE WHEN state NOT IN ('checkout', 'ended') THEN reader_id END, CASE WHEN state = 'checkout' THEN reader_id END,
    CASE WHEN state <> 'ended' THEN 0 END, revision, created_at, updated_at FROM subscriptions;
DROP TABLE subscriptions;
ALTER TABLE new_subscriptions RENAME TO subscriptions;
CREATE UNIQUE INDEX one_live_contract ON subscriptions (live_reader, product) WHERE live_reader IS NOT NULL;
CREATE UNIQUE INDEX one_open_checkout ON subscriptions (checkout_reader, product) WHERE checkout_reader IS NOT NULL;
CREATE INDEX subscriptions_of_reader ON subscriptions (reader_id);
CREATE INDEX subscriptions_by_state ON subscriptions (state, created_at);
CREATE INDEX subscriptions_to_cancel ON subscriptions (cancel_at) WHERE cancel_at IS NOT NULL AND state <> 'ended';
CREATE INDEX subscriptions_due ON subscriptions (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE invoices (
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    period_n INTEGER NOT NULL CHECK (period_n >= 0),
    gross INTEGER NOT NULL CHECK (gross >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    state TEXT NOT NULL,
    period_from TEXT,
    period_to TEXT,
    due_on TEXT,
    PRIMARY KEY (subscription_id, period_n)
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
    key TEXT PRIMARY KEY,
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    attempt_key TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    state TEXT NOT NULL,
    rail_ref TEXT,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX refunds_of_subscription ON refunds (subscription_id);
CREATE INDEX refunds_by_rail_ref ON refunds (rail_ref) WHERE rail_ref IS NOT NULL;

CREATE TABLE mandates (
    subscription_id INTEGER PRIMARY KEY REFERENCES subscriptions (id),
    rail TEXT NOT NULL,
    customer TEXT,
    token TEXT,
    method TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at INTEGER,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mandates_by_token ON mandates (rail, token);

-- Who is named on documents: only what a tax document needs, copied into each of them.
CREATE TABLE billing_parties (
    reader_id INTEGER PRIMARY KEY REFERENCES readers (id),
    party TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The last number given out in each series. Counted up in the transaction that issues the document: no gap, no double.
CREATE TABLE document_series (
    series TEXT PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= 1)
) STRICT;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 1),
    kind TEXT NOT NULL,
    -- what it was issued for, once: invoice:12:0, credit-note:sub-12-p0-a1-r1
    reference TEXT NOT NULL UNIQUE,
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    period_n INTEGER NOT NULL,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    issued_at INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    facts TEXT NOT NULL,
    UNIQUE (series, n)
) STRICT;
CREATE INDEX documents_of_reader ON documents (reader_id, id);
CREATE INDEX documents_of_subscription ON documents (subscription_id, period_n);

CREATE TABLE coupon_uses (
    code TEXT NOT NULL,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    used_at INTEGER NOT NULL,
    PRIMARY KEY (code, reader_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE gifts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code_hash BLOB NOT NULL UNIQUE,
    subscription_id INTEGER NOT NULL UNIQUE REFERENCES subscriptions (id),
    gift TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    claimed_by INTEGER REFERENCES readers (id),
    claimed_at INTEGER
) STRICT;

-- Which process walks a round that only one may walk.
CREATE TABLE round_leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;

ALTER TABLE mails ADD COLUMN reader_id INTEGER REFERENCES readers (id);
ALTER TABLE mails ADD COLUMN subject_of TEXT;
ALTER TABLE mails ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN given_up_at INTEGER;
ALTER TABLE mails ADD COLUMN attachments TEXT;
CREATE INDEX mails_of_subject ON mails (subject_of) WHERE subject_of IS NOT NULL;

CREATE TRIGGER documents_no_update BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'documents is append-only: issue a credit note'); END;
CREATE TRIGGER documents_no_delete BEFORE DELETE ON documents
BEGIN SELECT RAISE(ABORT, 'documents is append-only: issue a credit note'); END;
CREATE TRIGGER document_series_only_up BEFORE UPDATE ON document_series WHEN NEW.last <> OLD.last + 1
BEGIN SELECT RAISE(ABORT, 'a series counts up by one'); END;
