-- Extracts asked of the tax service through SMEV.
CREATE TABLE extract_request (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id   bigint NOT NULL REFERENCES partner,
  org_id       bigint NOT NULL REFERENCES organisation,
  kind         text NOT NULL CHECK (kind IN ('egrul', 'egrip')),
  status       text NOT NULL CHECK (status IN ('waiting', 'received', 'not_found', 'refused')),
  status_at    timestamptz NOT NULL,
  text         text NOT NULL DEFAULT '',   -- of the outcome, for people
  message_id   bigint,                     -- exchange_message
  extract_id   bigint REFERENCES extract,  -- of a received one
  requested_at timestamptz NOT NULL,
  requested_by bigint NOT NULL REFERENCES employee,
  CHECK ((status = 'received') = (extract_id IS NOT NULL))
);
--bun:split
CREATE INDEX extract_request_org ON extract_request (partner_id, org_id, id DESC);
--bun:split
CREATE UNIQUE INDEX extract_request_one_waiting ON extract_request (org_id) WHERE status = 'waiting';
--bun:split
CALL wall('extract_request');
--bun:split
-- Accounts in ESIA made for owners who have none.
CREATE TABLE esia_account (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  owner_id   bigint NOT NULL REFERENCES owner,
  status     text NOT NULL CHECK (status IN ('waiting', 'validating', 'succeeded', 'failed')),
  status_at  timestamptz NOT NULL,
  text       text NOT NULL DEFAULT '',     -- of the last answer, for people
  oid        text NOT NULL DEFAULT '',     -- the account's number, of a made one
  message_id bigint,                       -- exchange_message
  sent_at    timestamptz NOT NULL,
  sent_by    bigint NOT NULL REFERENCES employee
);
--bun:split
CREATE INDEX esia_account_owner ON esia_account (partner_id, owner_id, id DESC);
--bun:split
CREATE UNIQUE INDEX esia_account_one_live ON esia_account (owner_id) WHERE status IN ('waiting', 'validating');
--bun:split
CALL wall('esia_account');
