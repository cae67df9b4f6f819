-- An address that the address register does not have: typed whole, region and
-- all, and compared by parts only.
ALTER TABLE org_address ADD manual boolean NOT NULL DEFAULT false;
