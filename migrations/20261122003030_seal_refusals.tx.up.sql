-- What SMEV itself says of a message it refuses may quote personal data: it lies
-- sealed beside the message, which keeps our own words only.
CREATE TABLE exchange_said (
  id     bigint PRIMARY KEY REFERENCES exchange_message,
  at     timestamptz NOT NULL,
  sealed bytea,
  key_id text,
  CHECK ((sealed IS NULL) = (key_id IS NULL))
);
--bun:split
CREATE INDEX exchange_said_keep ON exchange_said (at) WHERE sealed IS NOT NULL;
--bun:split
CREATE INDEX exchange_said_key ON exchange_said (key_id);
--bun:split
-- The answers that older versions took these words from are kept sealed.
UPDATE exchange_message SET last_error = CASE WHEN last_error LIKE 'СМЭВ отклонила запрос. %' THEN 'СМЭВ отклонила запрос.' ELSE split_part(last_error, ' Ответ СМЭВ: «', 1) END
WHERE last_error LIKE '%Ответ СМЭВ: «%' OR last_error LIKE 'СМЭВ отклонила запрос. %';
