-- Extracts printed as PDF, and further sources behind the same comparison.
--
-- record: what was read, so that a value is taken from what was compared, not
-- from a file read once more. NULL = compared before this was kept.
-- card_version: of the card that the rows were made of. blocks: a difference
-- that no certificate may be issued with stands (F055, F056). signatures: all
-- that are in the file, the columns say what follows from them.
ALTER TABLE extract
  DROP CONSTRAINT extract_verdict_check,
  ADD CONSTRAINT extract_verdict_check CHECK (verdict IN ('same', 'note', 'warn', 'renew', 'stop')),
  DROP CONSTRAINT extract_certificate_then_check,
  ADD CONSTRAINT extract_certificate_then_check CHECK (certificate_then IN ('', 'good', 'early', 'expired', 'issuer', 'revoked', 'untrusted')),
  DROP CONSTRAINT extract_certificate_now_check,
  ADD CONSTRAINT extract_certificate_now_check CHECK (certificate_now IN ('', 'good', 'early', 'expired', 'issuer', 'revoked', 'untrusted')),
  ALTER COLUMN file_id DROP NOT NULL, -- the answer of a reference service is no file
  ADD CHECK (file_id IS NOT NULL OR source = 'dadata'),
  ADD COLUMN source       text NOT NULL DEFAULT 'file' CHECK (source IN ('file', 'smev', 'dadata')),
  ADD COLUMN number       text NOT NULL DEFAULT '', -- of a printed one: ЮЭ9965-26-12345678
  ADD COLUMN record       jsonb,
  ADD COLUMN card_version int NOT NULL DEFAULT 0,
  ADD COLUMN compared_at  timestamptz,
  ADD COLUMN blocks       boolean NOT NULL DEFAULT false,
  ADD COLUMN signatures   jsonb NOT NULL DEFAULT '[]';
--bun:split
UPDATE extract SET source = 'smev' WHERE signer = 'ФНС России через СМЭВ';
--bun:split
ALTER TABLE extract_row
  DROP CONSTRAINT extract_row_verdict_check,
  ADD CONSTRAINT extract_row_verdict_check CHECK (verdict IN ('same', 'note', 'warn', 'renew', 'stop')),
  ADD COLUMN blocks boolean NOT NULL DEFAULT false;
--bun:split
ALTER TABLE org_change
  DROP CONSTRAINT org_change_source_check,
  ADD CONSTRAINT org_change_source_check CHECK (source IN ('register', 'extract', 'operator', 'client', 'scan', 'dadata'));
--bun:split
-- Who took which value from an extract, and what stood on the card: for ever.
CREATE TABLE extract_decision (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id   bigint NOT NULL REFERENCES partner,
  extract_id   bigint NOT NULL REFERENCES extract,
  field        text NOT NULL,
  verdict      text NOT NULL, -- of the row at that moment
  card_value   text NOT NULL,
  taken_value  text NOT NULL,
  card_version int NOT NULL,  -- before the taking
  at           timestamptz NOT NULL,
  by_id        bigint NOT NULL REFERENCES employee
);
--bun:split
CREATE INDEX extract_decision_extract ON extract_decision (partner_id, extract_id, id);
--bun:split
CALL wall('extract_decision');
--bun:split
REVOKE UPDATE, DELETE ON extract_decision FROM console_app;
--bun:split
-- The owner of the database is refused too.
CREATE FUNCTION extract_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a decision about an extract is kept for ever' USING ERRCODE = 'restrict_violation';
END $$;
--bun:split
CREATE TRIGGER extract_decision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON extract_decision
  FOR EACH STATEMENT EXECUTE FUNCTION extract_decision_stays();
--bun:split
-- What a PDF of a folder turned out to be when it is no extract: a print of
-- another service, a copy, a scan.
CREATE TABLE file_reading (
  file_id    uuid PRIMARY KEY REFERENCES stored_file ON DELETE CASCADE,
  partner_id bigint NOT NULL REFERENCES partner,
  kind       text NOT NULL CHECK (kind IN ('service', 'copy', 'scan', 'other_fns', 'encrypted')),
  text       text NOT NULL, -- for people
  at         timestamptz NOT NULL
);
--bun:split
CREATE INDEX file_reading_partner ON file_reading (partner_id);
--bun:split
CALL wall('file_reading');
