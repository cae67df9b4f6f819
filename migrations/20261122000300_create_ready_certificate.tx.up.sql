-- A certificate that the owner has already and brings with him. Statuses as in
-- internal/cert/ready/status.go.
CREATE TABLE ready_certificate (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  org_id      bigint NOT NULL REFERENCES organisation,
  owner_id    bigint NOT NULL REFERENCES owner,
  serial      text NOT NULL COLLATE "C",   -- upper-case hex
  issuer      text NOT NULL,
  subject     text NOT NULL,
  not_before  timestamptz NOT NULL,
  not_after   timestamptz NOT NULL,
  der         bytea NOT NULL,
  chain       bytea NOT NULL,              -- certificates above it, DER one after another, the root last
  crypto_type text NOT NULL CHECK (crypto_type IN ('cpPlugin', 'cpPluginEx', 'other')),
  checks      jsonb NOT NULL,              -- the rows of the technical check when it was loaded
  limits      text NOT NULL DEFAULT '',    -- of use, as they were shown
  limits_read_at timestamptz,
  limits_read_by bigint REFERENCES employee,
  status      text NOT NULL CHECK (status IN ('checking', 'unchecked', 'valid', 'held', 'revoked', 'untrusted', 'expired')),
  status_at   timestamptz NOT NULL,
  status_text text NOT NULL DEFAULT '',    -- for people: why
  evidence    jsonb NOT NULL DEFAULT '{}', -- what spoke about revocation last
  checked_at  timestamptz,                 -- when it spoke
  next_at     timestamptz,                 -- when it is asked again; NULL = never
  attempts    int NOT NULL DEFAULT 0,      -- in vain, one after another
  loaded_at   timestamptz NOT NULL,
  loaded_by   bigint NOT NULL REFERENCES employee,
  version     int NOT NULL DEFAULT 1,
  UNIQUE (partner_id, owner_id, issuer, serial),
  UNIQUE (id, owner_id, status),
  CHECK ((limits = '') = (limits_read_at IS NULL)),
  CHECK ((limits_read_at IS NULL) = (limits_read_by IS NULL))
);
--bun:split
CREATE INDEX ready_certificate_owner ON ready_certificate (partner_id, owner_id, id DESC);
--bun:split
CREATE INDEX ready_certificate_org ON ready_certificate (partner_id, org_id, id DESC);
--bun:split
CREATE INDEX ready_certificate_serial ON ready_certificate (partner_id, serial);
--bun:split
CREATE INDEX ready_certificate_next ON ready_certificate (partner_id, next_at) WHERE next_at IS NOT NULL;
--bun:split
CALL wall('ready_certificate');
--bun:split
CREATE TABLE ready_certificate_event (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  certificate_id bigint NOT NULL REFERENCES ready_certificate,
  at             timestamptz NOT NULL,
  by_id          bigint REFERENCES employee,   -- NULL = the program
  kind           text NOT NULL CHECK (kind IN ('done', 'wait', 'stop', 'note')),
  text           text NOT NULL
);
--bun:split
CREATE INDEX ready_certificate_event_certificate ON ready_certificate_event (partner_id, certificate_id, id);
--bun:split
CALL wall('ready_certificate_event');
--bun:split
-- The one certificate that an owner signs with: a valid loaded one. Whoever
-- makes that certificate anything but valid must take it from here first.
CREATE TABLE active_certificate (
  owner_id   bigint PRIMARY KEY REFERENCES owner,
  partner_id bigint NOT NULL REFERENCES partner,
  ready_id   bigint NOT NULL,
  status     text NOT NULL DEFAULT 'valid' CHECK (status = 'valid'),
  chosen_at  timestamptz NOT NULL,
  chosen_by  bigint REFERENCES employee,   -- NULL = by loading it
  FOREIGN KEY (ready_id, owner_id, status) REFERENCES ready_certificate (id, owner_id, status)
);
--bun:split
CREATE INDEX active_certificate_partner ON active_certificate (partner_id, owner_id);
--bun:split
CREATE INDEX active_certificate_ready ON active_certificate (ready_id);
--bun:split
CALL wall('active_certificate');
--bun:split
-- What authorities say about revocation: lists by address, OCSP answers by
-- address and question. Public data of every partner, verified before they are
-- kept. A row is also the right to ask: whoever moves next_at asks alone.
CREATE TABLE revocation_answer (
  url         text NOT NULL,
  question    bytea NOT NULL,              -- of a list: its issuer; of OCSP: SHA-256 of CertID
  body        bytea,                       -- NULL = never answered
  this_update timestamptz,
  next_update timestamptz,
  fetched_at  timestamptz,
  next_at     timestamptz NOT NULL,        -- not to be asked before
  attempts    int NOT NULL DEFAULT 0,      -- in vain, one after another
  trouble     text NOT NULL DEFAULT '',    -- of the last one, for people
  PRIMARY KEY (url, question)
);
