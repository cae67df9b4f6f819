-- The country's register. It belongs to no partner, so no wall stands around it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--bun:split
CREATE TABLE registry_org (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ogrn      text NOT NULL COLLATE "C" UNIQUE,
  inn       text NOT NULL COLLATE "C",
  kpp       text NOT NULL COLLATE "C",
  kind      text NOT NULL CHECK (kind IN ('org', 'ip')),
  region    text NOT NULL COLLATE "C",            -- two digits
  state     text NOT NULL CHECK (state IN ('active', 'liquidating', 'reorganising', 'excluding', 'bankrupt', 'closed')),
  active    boolean NOT NULL,                     -- state is not closed
  name      text NOT NULL,                        -- the short one if there is one
  norm      text NOT NULL COLLATE "C",            -- name as searched: upper case, no quotes, no legal form
  terms     tsvector NOT NULL,                    -- words of both names, of heads' surnames with @ before them
  extracted date NOT NULL,                        -- when the tax service wrote the record down
  made      date NOT NULL,                        -- when the dump was made
  card      jsonb NOT NULL                        -- the whole record
);
--bun:split
CREATE INDEX registry_org_inn ON registry_org (inn) WHERE inn <> '';
--bun:split
CREATE INDEX registry_org_kpp ON registry_org (kpp) WHERE kpp <> '';
--bun:split
CREATE INDEX registry_org_norm ON registry_org (norm);
--bun:split
CREATE INDEX registry_org_terms ON registry_org USING gin (terms);
--bun:split
CREATE INDEX registry_org_trigrams ON registry_org USING gin (norm gin_trgm_ops);
--bun:split
-- How far each file of each dump has been taken in; committed with the records.
CREATE TABLE registry_import (
  dump     text NOT NULL,                         -- digest of what tells the dump from others
  member   text NOT NULL,                         -- file inside the zip, '' for a bare file
  records  bigint NOT NULL,                       -- taken or rejected, from the beginning
  rejected bigint NOT NULL,
  done     boolean NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dump, member)
);
--bun:split
CREATE TABLE registry_reject (
  dump   text NOT NULL,
  member text NOT NULL,
  record bigint NOT NULL,                         -- 0, 1, … in the file
  ogrn   text NOT NULL,
  reason text NOT NULL,                           -- Russian
  at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dump, member, record)
);
