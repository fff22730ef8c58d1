-- Billing: the whole paper of a contract, when it has to be looked at next, what it owes, and its documents.

-- Contracts get their dossier, as circulation writes it. The other columns and tables repeat what queries ask for and what the database
-- itself must guard; the doctor compares them.
ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_state_check;
ALTER TABLE subscriptions
    ADD CONSTRAINT subscriptions_state_check CHECK (state IN ('checkout', 'unclaimed', 'trial', 'active', 'past-due', 'lapsed', 'paused', 'ended')),
    ADD COLUMN dossier TEXT,
    -- whose running contract it is; a gift is nobody's
    ADD COLUMN live_reader BIGINT REFERENCES readers (id),
    -- whose open checkout it is; a gift is nobody's
    ADD COLUMN checkout_reader BIGINT REFERENCES readers (id),
    -- the next instant at which something has to be done; null: nothing until somebody acts
    ADD COLUMN due_at BIGINT,
    -- until then another process works on it
    ADD COLUMN leased_until BIGINT NOT NULL DEFAULT 0;
-- contracts of before are to be looked at once, which gives them their dossier
UPDATE subscriptions SET live_reader = CASE WHEN state NOT IN ('checkout', 'ended') THEN reader_id END,
    checkout_reader = CASE WHEN state = 'checkout' THEN reader_id END, due_at = CASE WHEN state <> 'ended' THEN 0 END;
DROP INDEX one_live_contract;
DROP INDEX one_open_checkout;
CREATE UNIQUE INDEX one_live_contract ON subscriptions (live_reader, product) WHERE live_reader IS NOT NULL;
CREATE UNIQUE INDEX one_open_checkout ON subscriptions (checkout_reader, product) WHERE checkout_reader IS NOT NULL;
CREATE INDEX subscriptions_due ON subscriptions (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE invoices (
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    period_n BIGINT NOT NULL CHECK (period_n >= 0),
    gross BIGINT NOT NULL CHECK (gross >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    state TEXT NOT NULL,
    period_from TEXT,
    period_to TEXT,
    due_on TEXT,
    PRIMARY KEY (subscription_id, period_n)
);

CREATE TABLE refunds (
    key TEXT PRIMARY KEY,
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    attempt_key TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    state TEXT NOT NULL,
    rail_ref TEXT,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX refunds_of_subscription ON refunds (subscription_id);
CREATE INDEX refunds_by_rail_ref ON refunds (rail_ref) WHERE rail_ref IS NOT NULL;

CREATE TABLE mandates (
    subscription_id BIGINT PRIMARY KEY REFERENCES subscriptions (id),
    rail TEXT NOT NULL,
    customer TEXT,
    token TEXT,
    method TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT,
    updated_at BIGINT NOT NULL
);
CREATE INDEX mandates_by_token ON mandates (rail, token);

-- Who is named on documents: only what a tax document needs, copied into each of them.
CREATE TABLE billing_parties (
    reader_id BIGINT PRIMARY KEY REFERENCES readers (id),
    party TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The last number given out in each series. Counted up in the transaction that issues the document: no gap, no double.
CREATE TABLE document_series (
    series TEXT PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last >= 1)
);

CREATE TABLE documents (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series TEXT NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 1),
    kind TEXT NOT NULL,
    -- what it was issued for, once: invoice:12:0, credit-note:sub-12-p0-a1-r1
    reference TEXT NOT NULL UNIQUE,
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    period_n BIGINT NOT NULL,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    issued_at BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    facts TEXT NOT NULL,
    UNIQUE (series, n)
);
CREATE INDEX documents_of_reader ON documents (reader_id, id);
CREATE INDEX documents_of_subscription ON documents (subscription_id, period_n);

CREATE TABLE coupon_uses (
    code TEXT NOT NULL,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    used_at BIGINT NOT NULL,
    PRIMARY KEY (code, reader_id)
);

CREATE TABLE gifts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_hash BYTEA NOT NULL UNIQUE,
    subscription_id BIGINT NOT NULL UNIQUE REFERENCES subscriptions (id),
    gift TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    claimed_by BIGINT REFERENCES readers (id),
    claimed_at BIGINT
);

-- Which process walks a round that only one may walk.
CREATE TABLE round_leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);

ALTER TABLE mails ADD COLUMN reader_id BIGINT REFERENCES readers (id);
ALTER TABLE mails ADD COLUMN subject_of TEXT;
ALTER TABLE mails ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN given_up_at BIGINT;
ALTER TABLE mails ADD COLUMN attachments TEXT;
CREATE INDEX mails_of_subject ON mails (subject_of) WHERE subject_of IS NOT NULL;

CREATE TRIGGER documents_no_change BEFORE UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_no_truncate BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION only_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last <> OLD.last + 1 THEN
        RAISE EXCEPTION 'a series counts up by one';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER document_series_only_up BEFORE UPDATE ON document_series FOR EACH ROW EXECUTE FUNCTION only_up();
