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
CREATE INDEX ready_certificate_end ON ready_certificate (partner_id, not_after) WHERE status = 'valid';
--bun:split
CREATE INDEX ready_certificate_trouble ON ready_certificate (partner_id, status_at) WHERE status NOT IN ('checking', 'valid');
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
-- The one certificate that an owner signs with: a valid loaded one, or one that
-- was issued here, is installed and not revoked. Whoever makes a loaded one
-- anything but valid must take it from here first; an issued one leaves by
-- itself when it is revoked.
CREATE TABLE active_certificate (
  owner_id       bigint PRIMARY KEY REFERENCES owner,
  partner_id     bigint NOT NULL REFERENCES partner,
  ready_id       bigint,
  ready_status   text GENERATED ALWAYS AS (CASE WHEN ready_id IS NOT NULL THEN 'valid' END) STORED,
  certificate_id bigint REFERENCES certificate,
  chosen_at      timestamptz NOT NULL,     -- when a person chose; by default: when it was loaded or installed
  chosen_by      bigint REFERENCES employee, -- NULL = by default
  CHECK (num_nonnulls(ready_id, certificate_id) = 1),
  FOREIGN KEY (ready_id, owner_id, ready_status) REFERENCES ready_certificate (id, owner_id, status)
);
--bun:split
CREATE INDEX active_certificate_partner ON active_certificate (partner_id, owner_id);
--bun:split
CREATE UNIQUE INDEX active_certificate_ready ON active_certificate (ready_id);
--bun:split
CREATE UNIQUE INDEX active_certificate_issued ON active_certificate (certificate_id);
--bun:split
CREATE TABLE active_certificate_event (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  owner_id       bigint NOT NULL REFERENCES owner,
  ready_id       bigint REFERENCES ready_certificate,
  certificate_id bigint REFERENCES certificate,
  at             timestamptz NOT NULL,
  by_id          bigint REFERENCES employee,   -- NULL = the program
  kind           text NOT NULL CHECK (kind IN ('done', 'stop')),
  text           text NOT NULL,
  CHECK (num_nonnulls(ready_id, certificate_id) = 1)
);
--bun:split
CREATE INDEX active_certificate_event_owner ON active_certificate_event (partner_id, owner_id, id);
--bun:split
CREATE FUNCTION active_is_usable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM certificate WHERE id = NEW.certificate_id AND owner_id = NEW.owner_id AND partner_id = NEW.partner_id
    AND installed_at IS NOT NULL AND revoked_at IS NULL AND not_after > NEW.chosen_at FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'certificate % is not usable', NEW.certificate_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--bun:split
CREATE TRIGGER active_is_usable BEFORE INSERT OR UPDATE ON active_certificate
  FOR EACH ROW WHEN (NEW.certificate_id IS NOT NULL) EXECUTE FUNCTION active_is_usable();
--bun:split
CREATE FUNCTION revoked_is_not_active() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM active_certificate WHERE partner_id = NEW.partner_id AND certificate_id = NEW.id;
  IF FOUND THEN
    INSERT INTO active_certificate_event (partner_id, owner_id, certificate_id, at, kind, text)
      VALUES (NEW.partner_id, NEW.owner_id, NEW.id, NEW.revoked_at, 'stop', 'Больше не активный: аннулирован.');
  END IF;
  RETURN NULL;
END $$;
--bun:split
CREATE TRIGGER revoked_is_not_active AFTER UPDATE OF revoked_at ON certificate
  FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION revoked_is_not_active();
--bun:split
-- Installed before there was a choice: the last one, as it would be now.
INSERT INTO active_certificate (owner_id, partner_id, certificate_id, chosen_at)
  SELECT DISTINCT ON (owner_id) owner_id, partner_id, id, installed_at FROM certificate
  WHERE installed_at IS NOT NULL AND revoked_at IS NULL AND not_after > greatest(now(), installed_at) ORDER BY owner_id, installed_at DESC, id DESC;
--bun:split
CALL wall('active_certificate');
--bun:split
CALL wall('active_certificate_event');
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
