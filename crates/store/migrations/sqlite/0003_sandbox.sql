-- The books of the sandbox rail: a payment company of its own, beside the paper's books and never in one transaction
-- with them. Instants are milliseconds UTC, money is minor units. What is decided for later stands here already, with
-- an instant in the future: until then it is read as not yet decided.

-- Every key that was ever used, with the request it was used for; a key without a request comes from an older version.
CREATE TABLE sandbox_keys (
    key TEXT PRIMARY KEY,
    act TEXT NOT NULL CHECK (act IN ('page', 'debit', 'refund')),
    request TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sandbox_customers (
    id TEXT PRIMARY KEY,
    reader_ref TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sandbox_pages (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE REFERENCES sandbox_keys (key),
    customer TEXT NOT NULL REFERENCES sandbox_customers (id),
    purpose TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    description TEXT NOT NULL,
    return_url TEXT NOT NULL,
    cancel_url TEXT NOT NULL,
    wish TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'closed')),
    declines INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    decided_at INTEGER
) STRICT;

CREATE TABLE sandbox_mandates (
    token TEXT PRIMARY KEY,
    customer TEXT NOT NULL REFERENCES sandbox_customers (id),
    method TEXT NOT NULL CHECK (method IN ('card', 'upi')),
    behaviour TEXT NOT NULL,
    label TEXT NOT NULL,
    max_amount INTEGER NOT NULL CHECK (max_amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    term_months INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('confirmed', 'paused-by-reader', 'revoked')),
    next_state TEXT CHECK (next_state IN ('paused-by-reader', 'revoked')),
    next_at INTEGER,
    agreed_amount INTEGER,
    debits INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sandbox_mandates_of ON sandbox_mandates (customer, created_at);

CREATE TABLE sandbox_notices (
    token TEXT NOT NULL REFERENCES sandbox_mandates (token),
    cycle TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL CHECK (amount > 0),
    debit_from INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    skipped_at INTEGER,
    PRIMARY KEY (token, cycle)
) STRICT;

CREATE TABLE sandbox_charges (
    reference TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE REFERENCES sandbox_keys (key),
    act TEXT NOT NULL CHECK (act IN ('page', 'debit')),
    cycle TEXT NOT NULL,
    customer TEXT NOT NULL,
    token TEXT REFERENCES sandbox_mandates (token),
    method TEXT NOT NULL,
    behaviour TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    description TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('captured', 'failed', 'needs-action')),
    failure_kind TEXT,
    failure_code TEXT,
    confirm_until INTEGER,
    fee INTEGER,
    payout TEXT,
    created_at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sandbox_charges_of ON sandbox_charges (customer, created_at);
CREATE INDEX sandbox_charges_by_token ON sandbox_charges (token, cycle);
CREATE INDEX sandbox_charges_to_confirm ON sandbox_charges (cycle) WHERE state = 'needs-action';
CREATE INDEX sandbox_charges_unpaid ON sandbox_charges (decided_at) WHERE state = 'captured' AND payout IS NULL;

CREATE TABLE sandbox_refunds (
    reference TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE REFERENCES sandbox_keys (key),
    payment TEXT NOT NULL REFERENCES sandbox_charges (reference),
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('succeeded', 'failed')),
    failure_code TEXT,
    payout TEXT,
    created_at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sandbox_refunds_of ON sandbox_refunds (payment);
CREATE INDEX sandbox_refunds_unpaid ON sandbox_refunds (decided_at) WHERE state = 'succeeded' AND payout IS NULL;

CREATE TABLE sandbox_disputes (
    reference TEXT PRIMARY KEY,
    payment TEXT NOT NULL UNIQUE REFERENCES sandbox_charges (reference),
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    reason TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    respond_by INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('won', 'lost')),
    decided_at INTEGER NOT NULL,
    payout TEXT,
    returned_in TEXT
) STRICT;
CREATE INDEX sandbox_disputes_unpaid ON sandbox_disputes (opened_at) WHERE payout IS NULL;
CREATE INDEX sandbox_disputes_unreturned ON sandbox_disputes (decided_at) WHERE outcome = 'won' AND returned_in IS NULL;

CREATE TABLE sandbox_payouts (
    reference TEXT PRIMARY KEY,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    created_at INTEGER NOT NULL,
    arrives_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sandbox_payouts_by_day ON sandbox_payouts (currency, created_at);

-- Webhooks on their way. Copy 0 is also the record of what happened.
CREATE TABLE sandbox_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    copy INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    accepted_at INTEGER,
    trouble TEXT,
    UNIQUE (event_id, copy)
) STRICT;
CREATE INDEX sandbox_posts_due ON sandbox_posts (due_at, id) WHERE accepted_at IS NULL;
CREATE INDEX sandbox_posts_happened ON sandbox_posts (happened_at) WHERE copy = 0;
CREATE INDEX sandbox_posts_accepted ON sandbox_posts (accepted_at) WHERE accepted_at IS NOT NULL;

-- What the simpler sandbox before this one had in its books goes on under the same references.
INSERT INTO sandbox_keys (key, act, request, created_at)
    SELECT attempt_key, 'page', NULL, created_at FROM sandbox_payments;
INSERT INTO sandbox_customers (id, reader_ref, email, created_at)
    SELECT 'before', 'before', '', MIN(created_at) FROM sandbox_payments HAVING COUNT(*) > 0;
INSERT INTO sandbox_pages (id, key, customer, purpose, amount, currency, description, return_url, cancel_url, state,
        declines, created_at, expires_at, decided_at)
    SELECT session_id, attempt_key, 'before', 'first-payment', amount, currency, '', return_url, '/subscribe',
        CASE state WHEN 'paid' THEN 'paid' WHEN 'open' THEN 'open' WHEN 'declined' THEN 'open' ELSE 'closed' END,
        CASE state WHEN 'declined' THEN 1 ELSE 0 END, created_at, created_at + 86400000, decided_at
    FROM sandbox_payments;
INSERT INTO sandbox_charges (reference, key, act, cycle, customer, method, behaviour, amount, currency, description,
        state, created_at, decided_at)
    SELECT session_id, attempt_key, 'page', attempt_key, 'before', 'card', 'ok', amount, currency, '', 'captured',
        COALESCE(decided_at, created_at), COALESCE(decided_at, created_at)
    FROM sandbox_payments WHERE state = 'paid';
DROP TABLE sandbox_payments;
