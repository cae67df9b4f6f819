-- The register in two rows a record: the whole of it, read one at a time, and the
-- line that lists show and searches ask. What was imported is let go of: it holds
-- nothing of ours and is imported anew from the dumps.
DROP TABLE registry_org;
--bun:split
-- Forgotten with the records, so that the same dumps are taken in again.
TRUNCATE registry_import, registry_reject;
--bun:split
CREATE TABLE registry_org (
  ogrn      text COLLATE "C" PRIMARY KEY,
  ord       int NOT NULL,                  -- its line in registry_doc
  extracted date NOT NULL,                 -- when the tax service wrote the record down; 0001-01-01: it claims a day to come
  made      date NOT NULL,                 -- when the dump was made
  digest    bigint NOT NULL,               -- of the record but for its day
  card      bytea NOT NULL              -- the whole record, compressed
) WITH (toast_tuple_target = 8160);
--bun:split
-- Compressed already, and not to be tried again.
ALTER TABLE registry_org ALTER COLUMN card SET STORAGE EXTERNAL;
--bun:split
-- ord is the record's place in the country's order of relevance: bucket << 25 | n,
-- smaller is more relevant. A record whose words, region and bucket stay keeps it.
CREATE TABLE registry_doc (
  ord    int PRIMARY KEY,
  ogrn   text NOT NULL COLLATE "C",
  inn    text NOT NULL COLLATE "C",
  kpp    text NOT NULL COLLATE "C",
  kind   text NOT NULL COLLATE "C" CHECK (kind IN ('org', 'ip')),
  region text NOT NULL COLLATE "C",        -- two digits
  state  text NOT NULL COLLATE "C" CHECK (state IN ('active', 'liquidating', 'reorganising', 'excluding', 'bankrupt', 'closed')),
  form   text NOT NULL COLLATE "C",        -- code of ОКОПФ
  okved  text NOT NULL COLLATE "C",        -- code of the main activity
  name   text NOT NULL,                    -- the short one if there is one
  norm   text NOT NULL COLLATE "C",        -- name as searched: upper case, no quotes, no legal form
  more   text NOT NULL COLLATE "C",        -- words of the full name that norm has not
  head   text NOT NULL,                    -- who heads it, several with commas between
  place  text NOT NULL                     -- settlement or region
);
--bun:split
CREATE UNIQUE INDEX registry_doc_ogrn ON registry_doc (ogrn);
--bun:split
CREATE INDEX registry_doc_inn ON registry_doc (inn) WHERE inn <> '';
--bun:split
CREATE INDEX registry_doc_kpp ON registry_doc (kpp) WHERE kpp <> '';
--bun:split
CREATE INDEX registry_doc_norm ON registry_doc (norm, ord);
--bun:split
-- The next free place of each bucket; numbers once given are never given again.
CREATE TABLE registry_bucket (
  bucket smallint PRIMARY KEY CHECK (bucket BETWEEN 0 AND 63),
  next   int NOT NULL DEFAULT 0 CHECK (next BETWEEN 0 AND 33554432)
);
--bun:split
INSERT INTO registry_bucket (bucket) SELECT generate_series(0, 63);
--bun:split
-- Lines written or gone since the search tables were last brought up to date. The
-- ord -1 stands for all of them: the search tables are to be built anew.
CREATE TABLE registry_pending (
  ord  int NOT NULL,
  gone boolean NOT NULL
);
--bun:split
-- What a newer record said otherwise than the one before it.
CREATE TABLE registry_change (
  id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ogrn text NOT NULL COLLATE "C",
  made date NOT NULL,                      -- when the tax service wrote the newer record down
  at   timestamptz NOT NULL DEFAULT now(), -- when we learnt of it
  what jsonb NOT NULL                      -- [{field, before, after}]
);
--bun:split
CREATE INDEX registry_change_ogrn ON registry_change (ogrn, id);
