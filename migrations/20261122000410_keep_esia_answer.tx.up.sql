-- What ESIA last said of a registration, in its own words (VALIDATING …
-- SUCCEEDED), and its list of errors: [{"code", "message"}].
ALTER TABLE esia_registration
  ADD COLUMN answer text NOT NULL DEFAULT '',
  ADD COLUMN errors jsonb NOT NULL DEFAULT '[]';
