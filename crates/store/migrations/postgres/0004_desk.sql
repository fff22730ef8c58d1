-- What the desk looks up: contracts that need a person, mails of a reader, what came in on a day.

-- since when a person has to look at it
ALTER TABLE subscriptions ADD COLUMN parked_at BIGINT;
-- since when it is held because a payment is disputed
ALTER TABLE subscriptions ADD COLUMN held_at BIGINT;
CREATE INDEX subscriptions_parked ON subscriptions (parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX subscriptions_held ON subscriptions (held_at) WHERE held_at IS NOT NULL;
CREATE INDEX refunds_failed ON refunds (updated_at) WHERE state = 'failed';
CREATE INDEX refunds_done ON refunds (updated_at) WHERE state = 'succeeded';
CREATE INDEX attempts_settled ON payment_attempts (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX mails_of_reader ON mails (reader_id, id) WHERE reader_id IS NOT NULL;
CREATE INDEX mails_given_up ON mails (given_up_at) WHERE given_up_at IS NOT NULL;
