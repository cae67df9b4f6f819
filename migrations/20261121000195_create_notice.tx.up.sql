-- Letters and short messages to people, each sent once.
CREATE TABLE notice (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  org_id         bigint REFERENCES organisation,
  application_id bigint REFERENCES application,
  channel        text NOT NULL CHECK (channel IN ('mail', 'sms')),
  recipient      text NOT NULL CHECK (recipient <> ''),  -- address, or +7 and ten digits
  subject        text NOT NULL,                          -- '' for an SMS
  body           text NOT NULL,                          -- of a secret one: '' once it is sent or failed
  secret         boolean NOT NULL,                       -- holds a code: shown to nobody here
  status         text NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
  attempts       int NOT NULL DEFAULT 0,
  last_error     text NOT NULL DEFAULT '',               -- for people
  key            text NOT NULL CHECK (key <> ''),        -- what it is about: the same key is the same notice
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,                   -- of no use later: not sent any more
  next_at        timestamptz,
  sent_at        timestamptz,
  UNIQUE (partner_id, key)
);
--bun:split
CREATE INDEX notice_application ON notice (partner_id, application_id, id DESC) WHERE application_id IS NOT NULL;
--bun:split
CALL wall('notice');
