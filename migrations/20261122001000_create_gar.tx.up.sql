-- The state address register (ГАР, formerly ФИАС). It belongs to no partner, so no
-- wall stands around it. A row is a version of an object; ids are the register's own.
CREATE TABLE gar_object (
  id       bigint PRIMARY KEY,
  objectid bigint NOT NULL,
  guid     uuid NOT NULL,
  level    smallint NOT NULL CHECK (level BETWEEN 1 AND 8),
  name     text NOT NULL,
  typename text NOT NULL,
  norm     text NOT NULL COLLATE "C",  -- name as searched
  current  boolean NOT NULL,           -- ISACTUAL and ISACTIVE; the others are archived names
  place    boolean NOT NULL,           -- typed first: city, settlement, district of a city, city of federal significance
  updated  date NOT NULL,
  parent   bigint,                     -- this and below from gar_link, when an import ends
  town     bigint,                     -- of a district or a street: the settlement around it
  region   text COLLATE "C",           -- two digits
  path     bigint[]                    -- from the region down to the object
);
--bun:split
CREATE INDEX gar_object_objectid ON gar_object (objectid);
--bun:split
CREATE INDEX gar_object_guid ON gar_object (guid);
--bun:split
CREATE INDEX gar_object_place ON gar_object (norm) WHERE place;
--bun:split
CREATE INDEX gar_object_town ON gar_object (town, norm);
--bun:split
CREATE INDEX gar_object_parent ON gar_object (parent, norm);
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
  norm     text NOT NULL COLLATE "C",
  current  boolean NOT NULL,
  updated  date NOT NULL,
  parent   bigint,
  region   text COLLATE "C",
  path     bigint[]
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
  division text NOT NULL CHECK (division IN ('adm', 'mun')),
  id       bigint NOT NULL,
  objectid bigint NOT NULL,
  region   text NOT NULL COLLATE "C",
  path     bigint[] NOT NULL,
  active   boolean NOT NULL,
  updated  date NOT NULL,
  PRIMARY KEY (division, id)
);
--bun:split
CREATE INDEX gar_link_objectid ON gar_link (objectid, division);
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
CREATE INDEX gar_param_objectid ON gar_param (objectid, type);
--bun:split
-- The register's own list of GUIDs: an object it calls inactive is archived.
CREATE TABLE gar_registry (
  objectid bigint PRIMARY KEY,
  guid     uuid NOT NULL,
  level    smallint NOT NULL,
  active   boolean NOT NULL,
  updated  date NOT NULL
);
--bun:split
-- Kinds of objects by level, of houses ('house') and of their parts ('part').
CREATE TABLE gar_type (
  kind    text NOT NULL CHECK (kind IN ('object', 'house', 'part')),
  id      bigint NOT NULL,
  level   smallint NOT NULL,
  short   text NOT NULL,
  name    text NOT NULL,
  active  boolean NOT NULL,
  updated date NOT NULL,
  PRIMARY KEY (kind, id)
);
--bun:split
CREATE INDEX gar_object_city ON gar_object (norm) WHERE place AND level <= 5;
--bun:split
CREATE INDEX gar_object_place_trigrams ON gar_object USING gin (norm gin_trgm_ops) WHERE place;
