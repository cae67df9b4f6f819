CREATE SEQUENCE application_number START 431;
--bun:split
-- A case: the way of one owner to one certificate. Statuses as in internal/issuance/status.go.
CREATE TABLE application (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id    bigint NOT NULL REFERENCES partner,
  number        text NOT NULL UNIQUE,     -- З-000431
  org_id        bigint NOT NULL REFERENCES organisation,
  contract_id   bigint NOT NULL REFERENCES contract,
  owner_id      bigint NOT NULL REFERENCES owner,
  centre_id     bigint NOT NULL REFERENCES centre,
  reason        text NOT NULL CHECK (reason IN ('first', 'expiring', 'expired', 'name_changed', 'login_changed', 'crypto_changed')),
  status        text NOT NULL CHECK (status IN ('draft', 'registry_check', 'head_signature', 'head_check', 'review', 'approved', 'requested', 'issued', 'done', 'rejected', 'withdrawn')),
  status_at     timestamptz NOT NULL,
  status_reason text NOT NULL DEFAULT '',
  seen          jsonb NOT NULL DEFAULT '{}',   -- step -> what the timeline said of it last
  head_signed_at timestamptz,                  -- the head signed the employee's application
  head_signed_by bigint REFERENCES employee,   -- who took that signature
  approved_by   bigint REFERENCES employee,    -- second pair of eyes
  taken_by      bigint REFERENCES employee,
  changed_by    bigint REFERENCES employee,    -- who changed the data last: may not approve
  version       int NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL,
  created_by    bigint NOT NULL REFERENCES employee
);
--bun:split
CREATE INDEX application_org ON application (partner_id, org_id, id DESC);
--bun:split
CREATE INDEX application_status ON application (partner_id, status, status_at);
--bun:split
-- One live case for an owner: a double click opens it once.
CREATE UNIQUE INDEX application_one_live ON application (owner_id) WHERE status NOT IN ('done', 'rejected', 'withdrawn');
--bun:split
CALL wall('application');
--bun:split
-- The timeline. step names a row of the case page; text is for people.
CREATE TABLE application_event (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  application_id bigint NOT NULL REFERENCES application,
  at             timestamptz NOT NULL,
  by_id          bigint REFERENCES employee,   -- NULL = the program or an outside system
  step           text NOT NULL CHECK (step IN ('contract', 'extract', 'head', 'review', 'passport', 'snils', 'inn', 'request', 'ca', 'install', 'esia', 'receipt', 'shipment', 'case')),
  kind           text NOT NULL CHECK (kind IN ('done', 'wait', 'stop', 'note')),
  text           text NOT NULL
);
--bun:split
CREATE INDEX application_event_application ON application_event (partner_id, application_id, id);
--bun:split
CALL wall('application_event');
