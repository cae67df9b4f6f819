-- In which file given to an import a rejected record stood: a digest tells nobody.
ALTER TABLE registry_reject ADD COLUMN file text NOT NULL DEFAULT '';
