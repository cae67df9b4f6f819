-- The person a certificate is issued to.
CREATE TABLE owner (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  org_id      bigint NOT NULL REFERENCES organisation,
  surname     text NOT NULL CHECK (surname <> ''),
  name        text NOT NULL DEFAULT '',
  patronymic  text NOT NULL DEFAULT '',
  snils       text NOT NULL DEFAULT '' COLLATE "C", -- 11 digits
  inn         text NOT NULL DEFAULT '' COLLATE "C", -- 12 digits
  title       text NOT NULL DEFAULT '',
  department  text NOT NULL DEFAULT '',
  region      text NOT NULL DEFAULT '' COLLATE "C",
  region_name text NOT NULL DEFAULT '',
  locality    text NOT NULL DEFAULT '',
  address     text NOT NULL DEFAULT '',
  email       text NOT NULL DEFAULT '',
  phone       text NOT NULL DEFAULT '',
  is_head     boolean NOT NULL DEFAULT false,
  version     int NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  bigint REFERENCES employee,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  updated_by  bigint REFERENCES employee,
  deleted_at  timestamptz,
  deleted_by  bigint REFERENCES employee,
  deleted     boolean NOT NULL DEFAULT false
);
--bun:split
CREATE INDEX owner_org ON owner (partner_id, org_id, id);
--bun:split
CREATE INDEX owner_snils ON owner (partner_id, snils);
--bun:split
CALL wall('owner');
--bun:split
CREATE TABLE passport (
  owner_id    bigint PRIMARY KEY REFERENCES owner,
  partner_id  bigint NOT NULL REFERENCES partner,
  doc_type    text NOT NULL DEFAULT 'rf_passport' CHECK (doc_type IN ('rf_passport', 'foreign_passport', 'residence_permit', 'temporary_permit', 'refugee', 'other')),
  citizenship text NOT NULL DEFAULT 'RUS' COLLATE "C",
  series      text NOT NULL DEFAULT '',
  number      text NOT NULL DEFAULT '',
  code        text NOT NULL DEFAULT '',   -- код подразделения, 6 digits
  issued_by   text NOT NULL DEFAULT '',
  issued_on   date,
  valid_until date,
  sex         text NOT NULL DEFAULT '' CHECK (sex IN ('', 'M', 'F')),
  birth_date  date,
  birth_place text NOT NULL DEFAULT '',
  version     int NOT NULL DEFAULT 1,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  updated_by  bigint REFERENCES employee
);
--bun:split
CALL wall('passport');
--bun:split
-- One question to a register about a person, and its answer. A check holds only
-- for the data it was asked with (fingerprint); changed data need a new one.
CREATE TABLE owner_check (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id   bigint NOT NULL REFERENCES partner,
  owner_id     bigint NOT NULL REFERENCES owner,
  kind         text NOT NULL CHECK (kind IN ('passport', 'snils', 'inn')),
  fingerprint  bytea NOT NULL,
  status       text NOT NULL CHECK (status IN ('waiting', 'positive', 'negative', 'not_found', 'refused', 'overridden')),
  status_at    timestamptz NOT NULL,
  text         text NOT NULL DEFAULT '',          -- the answer in words
  value        text NOT NULL DEFAULT '',          -- the INN that came back
  message_id   bigint,                            -- exchange_message
  requested_at timestamptz NOT NULL,
  requested_by bigint NOT NULL REFERENCES employee,
  decided_by   bigint REFERENCES employee,        -- second pair of eyes, when overridden
  scan_file_id uuid REFERENCES stored_file
);
--bun:split
CREATE INDEX owner_check_owner ON owner_check (partner_id, owner_id, kind, id DESC);
--bun:split
-- One question of a kind waits at a time: a double click asks once.
CREATE UNIQUE INDEX owner_check_one_waiting ON owner_check (owner_id, kind) WHERE status = 'waiting';
--bun:split
CALL wall('owner_check');
