-- What is known of an extract's signature is three things apart: whether it is
-- right, what its certificate was when it was made, and what it is now.
ALTER TABLE extract
  DROP CONSTRAINT extract_signature_check,
  ADD CONSTRAINT extract_signature_check CHECK (signature IN ('good', 'past', 'bad', 'missing', 'untrusted')),
  ADD COLUMN signed_at         timestamptz, -- NULL = there is no right signature, or it was read before this was kept
  ADD COLUMN signed_source     text NOT NULL DEFAULT '' CHECK (signed_source IN ('', 'claimed', 'extract')), -- whose word signed_at is
  ADD COLUMN certificate_then  text NOT NULL DEFAULT '' CHECK (certificate_then IN ('', 'good', 'early', 'expired', 'issuer', 'untrusted')),
  ADD COLUMN certificate_now   text NOT NULL DEFAULT '' CHECK (certificate_now IN ('', 'good', 'early', 'expired', 'issuer', 'untrusted')), -- when the extract was read
  ADD COLUMN certificate_from  timestamptz,
  ADD COLUMN certificate_until timestamptz;
