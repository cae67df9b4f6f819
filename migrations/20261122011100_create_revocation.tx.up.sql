-- Revocation of an issued certificate: asked for, seen by a second person, said
-- to the CA, seen on its list. Statuses as in internal/cert/revoke/status.go.
CREATE TABLE revocation (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  org_id         bigint NOT NULL REFERENCES organisation,
  owner_id       bigint NOT NULL REFERENCES owner,
  certificate_id bigint NOT NULL REFERENCES certificate,
  status         text NOT NULL CHECK (status IN ('asked', 'declined', 'withdrawn', 'approved', 'refused', 'revoked', 'listed')),
  status_at      timestamptz NOT NULL,
  status_text    text NOT NULL DEFAULT '',    -- for people: why it stands, why it ended
  reason         int NOT NULL CHECK (reason BETWEEN 0 AND 10 AND reason <> 7), -- CRLReason
  words          text NOT NULL,               -- the reason in people's words
  base_file_id   uuid REFERENCES stored_file, -- «документ-основание»
  transaction_id bytea,                       -- at the CA, chosen before the first attempt
  attempts       int NOT NULL DEFAULT 0,
  next_at        timestamptz,
  asked_at       timestamptz NOT NULL,
  asked_by       bigint NOT NULL REFERENCES employee,
  decided_at     timestamptz,
  decided_by     bigint REFERENCES employee,
  listed_from    text NOT NULL DEFAULT '',    -- address of the list
  listed_number  text NOT NULL DEFAULT '',    -- its number
  CHECK (decided_by <> asked_by)
);
--bun:split
CREATE UNIQUE INDEX revocation_one_live ON revocation (certificate_id) WHERE status NOT IN ('declined', 'withdrawn', 'refused');
--bun:split
CREATE INDEX revocation_certificate ON revocation (partner_id, certificate_id, id DESC);
--bun:split
CREATE INDEX revocation_list ON revocation (partner_id, id DESC);
--bun:split
CALL wall('revocation');
--bun:split
CREATE TABLE revocation_event (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id    bigint NOT NULL REFERENCES partner,
  revocation_id bigint NOT NULL REFERENCES revocation,
  at            timestamptz NOT NULL,
  by_id         bigint REFERENCES employee,   -- NULL = the program
  kind          text NOT NULL CHECK (kind IN ('done', 'wait', 'stop', 'note')),
  text          text NOT NULL
);
--bun:split
CREATE INDEX revocation_event_revocation ON revocation_event (partner_id, revocation_id, id);
--bun:split
CALL wall('revocation_event');
--bun:split
-- The certificates above an issued one, DER one after another, the root last:
-- by them its CA's lists are believed.
ALTER TABLE certificate ADD chain bytea NOT NULL DEFAULT '';
