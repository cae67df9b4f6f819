-- The state address register, loaded beside and taken over whole: what an import
-- reads lies in gar_load_* until it ends. What was imported before is let go of:
-- it holds nothing of ours and is imported anew.
DROP TABLE gar_object, gar_house, gar_link, gar_param, gar_registry;
--bun:split
-- A row is a version of an object; ids are the register's own.
CREATE TABLE gar_object (
  id       bigint PRIMARY KEY,
  objectid bigint NOT NULL,
  guid     uuid NOT NULL,
  level    smallint NOT NULL,
  name     text NOT NULL,
  typename text NOT NULL,
  norm     text NOT NULL COLLATE "C",  -- name as searched
  current  boolean NOT NULL,           -- ISACTUAL and ISACTIVE; the others are archived names
  place    boolean NOT NULL,           -- typed first: city, settlement, district of a city, city of federal significance
  updated  date NOT NULL,
  alive    boolean,                    -- current, and the register's list of GUIDs does not say otherwise
  region   text COLLATE "C",           -- this and below from gar_link: two digits
  parent   bigint,
  town     bigint,                     -- of a district or a street: the settlement around it
  path     bigint[],                   -- from the region down to the object
  inside   text COLLATE "C"            -- names of what it lies in, as searched, a space before each word
);
--bun:split
CREATE INDEX gar_object_objectid ON gar_object (objectid);
--bun:split
CREATE INDEX gar_object_guid ON gar_object (guid);
--bun:split
CREATE INDEX gar_object_parent ON gar_object (parent);
--bun:split
CREATE INDEX gar_object_city ON gar_object (norm) WHERE place AND level <= 5;
--bun:split
CREATE TABLE gar_house (
  id       bigint PRIMARY KEY,
  objectid bigint NOT NULL,
  guid     uuid NOT NULL,
  num      text NOT NULL,
  num1     text NOT NULL,
  num2     text NOT NULL,
  type     int NOT NULL,
  type1    int NOT NULL,
  type2    int NOT NULL,
  norm     text NOT NULL COLLATE "C",  -- the number as searched, without kinds
  current  boolean NOT NULL,
  updated  date NOT NULL,
  alive    boolean,
  parent   bigint                      -- the street, or what else of the levels to 8 is nearest
);
--bun:split
CREATE INDEX gar_house_objectid ON gar_house (objectid);
--bun:split
CREATE INDEX gar_house_guid ON gar_house (guid);
--bun:split
CREATE INDEX gar_house_parent ON gar_house (parent, norm);
--bun:split
-- Where an object lies, by the administrative and the municipal division.
CREATE TABLE gar_link (
  id       bigint NOT NULL,
  mun      boolean NOT NULL,
  objectid bigint NOT NULL,
  region   text NOT NULL COLLATE "C",
  parent   bigint NOT NULL,            -- 0 of a region
  path     text NOT NULL COLLATE "C",  -- with dots; of a house empty, it is its parent's
  active   boolean NOT NULL,
  updated  date NOT NULL,
  PRIMARY KEY (id, mun)
);
--bun:split
CREATE INDEX gar_link_objectid ON gar_link (objectid);
--bun:split
CREATE TABLE gar_param (
  id       bigint PRIMARY KEY,
  objectid bigint NOT NULL,
  type     smallint NOT NULL,          -- 5 postal code, 6 OKATO, 7 OKTMO
  value    text NOT NULL COLLATE "C",
  since    date NOT NULL,
  until    date NOT NULL,
  updated  date NOT NULL
);
--bun:split
CREATE INDEX gar_param_objectid ON gar_param (objectid);
--bun:split
-- The register's own list of GUIDs: an object it calls inactive is archived.
CREATE TABLE gar_registry (
  objectid bigint PRIMARY KEY,
  active   boolean NOT NULL,
  updated  date NOT NULL
);
--bun:split
-- Words of names: of settlements all over the country (scope 0), and of what lies
-- in a settlement or a district (scope is its objectid). id is gar_object's.
CREATE TABLE gar_word (
  scope bigint NOT NULL,
  word  text NOT NULL COLLATE "C",
  id    bigint NOT NULL,
  PRIMARY KEY (scope, word, id)
);
--bun:split
CREATE INDEX gar_word_id ON gar_word (id);
--bun:split
-- Every word of four letters and more, and what is left of it without one letter:
-- two words with a rest in common differ by one slip.
CREATE TABLE gar_rest (
  rest text NOT NULL COLLATE "C",
  word text NOT NULL COLLATE "C",
  PRIMARY KEY (rest, word)
);
--bun:split
-- What an import has read and not yet taken over. It needs no crash safety:
-- gar_loading, the places reached, is emptied by a crash together with it.
-- turn orders rows of one id and day: the later file, the later row.
CREATE UNLOGGED TABLE gar_load_object (
  id bigint, objectid bigint, guid uuid, level smallint, name text, typename text, norm text COLLATE "C", current boolean, place boolean, updated date, turn bigint
);
--bun:split
CREATE UNLOGGED TABLE gar_load_house (
  id bigint, objectid bigint, guid uuid, num text, num1 text, num2 text, type int, type1 int, type2 int, norm text COLLATE "C", current boolean, updated date, turn bigint
);
--bun:split
CREATE UNLOGGED TABLE gar_load_link (
  id bigint, mun boolean, objectid bigint, region text COLLATE "C", parent bigint, path text COLLATE "C", active boolean, updated date, turn bigint
);
--bun:split
CREATE UNLOGGED TABLE gar_load_param (
  id bigint, objectid bigint, type smallint, value text COLLATE "C", since date, until date, updated date, turn bigint
);
--bun:split
CREATE UNLOGGED TABLE gar_load_registry (objectid bigint, active boolean, updated date, turn bigint);
--bun:split
CREATE UNLOGGED TABLE gar_load_type (
  kind text, id bigint, level smallint, short text, name text, active boolean, updated date, turn bigint
);
--bun:split
CREATE UNLOGGED TABLE gar_loading (
  dump    text COLLATE "C",
  member  text COLLATE "C",
  records bigint NOT NULL,             -- elements of the file up to here
  done    boolean NOT NULL,
  PRIMARY KEY (dump, member)
);
--bun:split
-- The files taken over, so that none is read twice.
CREATE TABLE gar_import (
  dump    text COLLATE "C",
  member  text COLLATE "C",
  records bigint NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dump, member)
);
