CREATE TABLE organisation (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id    bigint NOT NULL REFERENCES partner,
  kind          text NOT NULL CHECK (kind IN ('legal', 'sole')),
  inn           text NOT NULL COLLATE "C",
  kpp           text NOT NULL DEFAULT '' COLLATE "C",
  ogrn          text NOT NULL COLLATE "C",
  full_name     text NOT NULL CHECK (full_name <> ''),
  short_name    text NOT NULL DEFAULT '',
  legal_form    text NOT NULL DEFAULT '',
  status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'liquidating', 'reorganising', 'excluding', 'bankrupt', 'closed', 'unknown')),
  status_text   text NOT NULL DEFAULT '',
  registered_on date,
  tax_office    text NOT NULL DEFAULT '',
  okved         text NOT NULL DEFAULT '',
  okved_name    text NOT NULL DEFAULT '',
  capital       bigint,                          -- kopecks
  phone         text NOT NULL DEFAULT '',
  email         text NOT NULL DEFAULT '',
  register_date date,                            -- date of the register data on the card
  register_card jsonb,                           -- the whole register record that was taken
  version       int NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL DEFAULT now(),
  created_by    bigint REFERENCES employee,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  updated_by    bigint REFERENCES employee,
  deleted_at    timestamptz,                     -- deleted_at/by keep the last deletion or restoration,
  deleted_by    bigint REFERENCES employee,      -- deleted says which it was
  deleted       boolean NOT NULL DEFAULT false,
  UNIQUE (partner_id, ogrn)
);
--bun:split
CREATE INDEX organisation_inn ON organisation (partner_id, inn);
--bun:split
CREATE INDEX organisation_recent ON organisation (partner_id, updated_at DESC, id DESC) WHERE NOT deleted;
--bun:split
CALL wall('organisation');
--bun:split
CREATE TABLE org_head (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  org_id     bigint NOT NULL REFERENCES organisation,
  surname    text NOT NULL,
  name       text NOT NULL DEFAULT '',
  patronymic text NOT NULL DEFAULT '',
  inn        text NOT NULL DEFAULT '' COLLATE "C",
  title      text NOT NULL DEFAULT '',
  since      date,
  unreliable boolean NOT NULL DEFAULT false
);
--bun:split
CREATE INDEX org_head_org ON org_head (partner_id, org_id);
--bun:split
CALL wall('org_head');
--bun:split
CREATE TABLE org_address (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  org_id      bigint NOT NULL REFERENCES organisation,
  kind        text NOT NULL CHECK (kind IN ('legal', 'actual', 'postal')),
  postcode    text NOT NULL DEFAULT '',
  region      text NOT NULL DEFAULT '' COLLATE "C", -- two digits
  region_name text NOT NULL DEFAULT '',
  locality    text NOT NULL DEFAULT '',
  street      text NOT NULL DEFAULT '',
  house       text NOT NULL DEFAULT '',
  full_text   text NOT NULL,
  fias_id     text NOT NULL DEFAULT '',
  unreliable  boolean NOT NULL DEFAULT false,
  UNIQUE (partner_id, org_id, kind)
);
--bun:split
CALL wall('org_address');
--bun:split
CREATE TABLE org_bank_account (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  org_id     bigint NOT NULL REFERENCES organisation,
  bik        text NOT NULL COLLATE "C",
  bank_name  text NOT NULL DEFAULT '',
  account    text NOT NULL COLLATE "C",
  corr       text NOT NULL DEFAULT '' COLLATE "C",
  main       boolean NOT NULL DEFAULT false,
  UNIQUE (partner_id, org_id, account)
);
--bun:split
CALL wall('org_bank_account');
--bun:split
-- What changed on the card, field by field, and where the new value came from.
CREATE TABLE org_change (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  org_id     bigint NOT NULL REFERENCES organisation,
  at         timestamptz NOT NULL,
  by_id      bigint REFERENCES employee,
  field      text NOT NULL,
  old_value  text NOT NULL,
  new_value  text NOT NULL,
  source     text NOT NULL CHECK (source IN ('register', 'extract', 'operator', 'client', 'scan'))
);
--bun:split
CREATE INDEX org_change_org ON org_change (partner_id, org_id, id DESC);
--bun:split
CALL wall('org_change');
--bun:split
-- Search over own clients. No policy: under one, trigram and prefix indexes are
-- lost (design.md); it holds no more than words and ids, and every query leads by partner_id.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--bun:split
CREATE EXTENSION IF NOT EXISTS btree_gin;
--bun:split
CREATE TABLE org_search (
  org_id     bigint PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
  partner_id bigint NOT NULL,
  inn        text NOT NULL COLLATE "C",
  ogrn       text NOT NULL COLLATE "C",
  kpp        text NOT NULL COLLATE "C",
  words      text NOT NULL,     -- normalised names and head's surname, space separated
  active     boolean NOT NULL
);
--bun:split
CREATE INDEX org_search_inn ON org_search (partner_id, inn);
--bun:split
CREATE INDEX org_search_ogrn ON org_search (partner_id, ogrn);
--bun:split
CREATE INDEX org_search_kpp ON org_search (partner_id, kpp);
--bun:split
CREATE INDEX org_search_words ON org_search USING gin (partner_id, words gin_trgm_ops);
--bun:split
-- An extract read from the storage folder and compared with the card.
CREATE TABLE extract (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id        bigint NOT NULL REFERENCES partner,
  org_id            bigint NOT NULL REFERENCES organisation,
  file_id           uuid NOT NULL REFERENCES stored_file,
  signature_file_id uuid REFERENCES stored_file,
  extract_date      date,
  signature         text NOT NULL CHECK (signature IN ('good', 'bad', 'missing', 'untrusted')),
  signature_text    text NOT NULL,                  -- what was found, for people
  signer            text NOT NULL DEFAULT '',
  verdict           text NOT NULL CHECK (verdict IN ('same', 'note', 'warn', 'stop')),
  created_at        timestamptz NOT NULL,
  created_by        bigint REFERENCES employee
);
--bun:split
CREATE INDEX extract_org ON extract (partner_id, org_id, id DESC);
--bun:split
CREATE UNIQUE INDEX extract_file ON extract (file_id);
--bun:split
CALL wall('extract');
--bun:split
CREATE TABLE extract_row (
  partner_id    bigint NOT NULL REFERENCES partner,
  extract_id    bigint NOT NULL REFERENCES extract,
  position      int NOT NULL,
  field         text NOT NULL,
  label         text NOT NULL,
  card_value    text NOT NULL,
  extract_value text NOT NULL,
  verdict       text NOT NULL CHECK (verdict IN ('same', 'note', 'warn', 'stop')),
  hint          text NOT NULL DEFAULT '',
  takeable      boolean NOT NULL DEFAULT false,
  taken_at      timestamptz,
  taken_by      bigint REFERENCES employee,
  PRIMARY KEY (extract_id, field)
);
--bun:split
CALL wall('extract_row');
