-- The exchange keeps what it sends and receives sealed (package vault): the id
-- of the key beside each value, the table and row bound into it. Rows from
-- before have their values in content until a job has sealed them.
ALTER TABLE exchange_message
  ALTER COLUMN content DROP NOT NULL,
  ADD COLUMN sealed      bytea,
  ADD COLUMN key_id      text,
  ADD COLUMN fault       text NOT NULL DEFAULT '',  -- why it was refused or is tried again: SMEV's fault, or our word
  ADD COLUMN expires_at  timestamptz,               -- EOL: of no use to anybody after this
  ADD COLUMN looked_at   timestamptz,               -- when SMEV was last asked where it is
  ADD COLUMN progress    text NOT NULL DEFAULT '',  -- what SMEV said then
  ADD COLUMN resends     bigint REFERENCES exchange_message,
  ADD COLUMN resent_by   bigint REFERENCES employee,
  DROP CONSTRAINT exchange_message_kind_subject_id_key,
  ADD CHECK (content IS NULL OR sealed IS NULL),
  ADD CHECK ((sealed IS NULL) = (key_id IS NULL));
--bun:split
-- A question is asked once; a refused one may be sent anew, once.
CREATE UNIQUE INDEX exchange_message_subject ON exchange_message (kind, subject_id) WHERE resends IS NULL;
--bun:split
CREATE UNIQUE INDEX exchange_message_resends ON exchange_message (resends) WHERE resends IS NOT NULL;
--bun:split
DROP INDEX exchange_message_open;
--bun:split
-- The outbox in the order it is sent.
CREATE INDEX exchange_message_due ON exchange_message (next_at, id) WHERE status = 'queued';
--bun:split
UPDATE exchange_message SET next_at = created_at WHERE status = 'queued' AND next_at IS NULL;
--bun:split
CREATE INDEX exchange_message_open ON exchange_message (status, created_at, partner_id) WHERE status IN ('queued', 'sent');
--bun:split
CREATE INDEX exchange_message_stray ON exchange_message (COALESCE(looked_at, sent_at)) WHERE status = 'sent';
--bun:split
CREATE INDEX exchange_message_expiring ON exchange_message (expires_at) WHERE status IN ('queued', 'sent') AND expires_at IS NOT NULL;
--bun:split
CREATE INDEX exchange_message_list ON exchange_message (partner_id, status, id DESC);
--bun:split
CREATE INDEX exchange_message_newest ON exchange_message (partner_id, id DESC);
--bun:split
CREATE INDEX exchange_message_sent ON exchange_message (partner_id, sent_at) WHERE sent_at IS NOT NULL;
--bun:split
CREATE INDEX exchange_message_closed ON exchange_message (partner_id, answered_at) WHERE answered_at IS NOT NULL;
--bun:split
CREATE INDEX exchange_message_keep ON exchange_message (answered_at) WHERE sealed IS NOT NULL;
--bun:split
CREATE INDEX exchange_message_plain ON exchange_message (id) WHERE content IS NOT NULL;
--bun:split
-- Ids under which a question went out before SMEV called them stale: an answer
-- to one of them is an answer to the question.
CREATE TABLE exchange_former_id (
  message_id text PRIMARY KEY,
  message    bigint NOT NULL REFERENCES exchange_message,
  at         timestamptz NOT NULL
);
--bun:split
CREATE INDEX exchange_former_id_message ON exchange_former_id (message);
--bun:split
ALTER TABLE exchange_answer
  ADD COLUMN question bigint REFERENCES exchange_message,  -- NULL: nobody asked
  ADD COLUMN sealed   bytea,                               -- the content, or a rejection's words
  ADD COLUMN key_id   text,
  ADD COLUMN sender   text NOT NULL DEFAULT '',            -- mnemonic
  ADD COLUMN sent_at  timestamptz,                         -- by the sender's word
  ADD CHECK ((sealed IS NULL) = (key_id IS NULL));
--bun:split
UPDATE exchange_answer AS a SET question = m.id FROM exchange_message AS m WHERE m.message_id = a.reference_id;
--bun:split
CREATE INDEX exchange_answer_reference ON exchange_answer (reference_id);
--bun:split
CREATE INDEX exchange_answer_stray ON exchange_answer (received_at) WHERE question IS NULL;
--bun:split
CREATE INDEX exchange_answer_keep ON exchange_answer (received_at) WHERE sealed IS NOT NULL;
--bun:split
CREATE INDEX exchange_answer_plain ON exchange_answer (message_id) WHERE sealed IS NULL AND (content IS NOT NULL OR text <> '');
--bun:split
-- Every message as it went over the wire. The octets lie sealed and are
-- destroyed when their time is over; the row stays.
CREATE TABLE exchange_wire (
  id         uuid PRIMARY KEY,                 -- version 7, by time
  message    bigint REFERENCES exchange_message,
  answer_id  text,                             -- exchange_answer.message_id, of an answer
  operation  text NOT NULL,                    -- SendRequest, GetResponse, GetStatus
  sent       boolean NOT NULL,                 -- ours; false: SMEV's
  at         timestamptz NOT NULL,
  status     int NOT NULL,                     -- HTTP
  media_type text NOT NULL,
  size       bigint NOT NULL,                  -- octets
  verdict    text NOT NULL CHECK (verdict IN ('own', 'good', 'bad', 'none')),  -- of SMEV's signature; none: a fault carries no signature
  signer     text NOT NULL DEFAULT '',
  fault      text NOT NULL DEFAULT '',
  sealed     bytea,
  key_id     text,
  CHECK ((sealed IS NULL) = (key_id IS NULL))
);
--bun:split
CREATE INDEX exchange_wire_message ON exchange_wire (message, id);
--bun:split
CREATE INDEX exchange_wire_keep ON exchange_wire (at) WHERE sealed IS NOT NULL;
--bun:split
CREATE INDEX exchange_wire_doubtful ON exchange_wire (at) WHERE verdict = 'bad';
--bun:split
CREATE INDEX exchange_wire_fault ON exchange_wire (at) WHERE fault <> '';
--bun:split
-- What a former key has sealed is found to be sealed anew.
CREATE INDEX exchange_message_key ON exchange_message (key_id);
--bun:split
CREATE INDEX exchange_answer_key ON exchange_answer (key_id);
--bun:split
CREATE INDEX exchange_wire_key ON exchange_wire (key_id);
--bun:split
-- The line to SMEV as it was last seen: one row for sending and one for each
-- queue that is polled.
CREATE TABLE exchange_line (
  name     text PRIMARY KEY,                   -- 'send', 'poll', 'poll {namespace}root'
  holder   text NOT NULL,                      -- machine and process that works it
  at       timestamptz NOT NULL,
  ok_at    timestamptz,
  error    text NOT NULL DEFAULT '',           -- for people; '' while it works
  fault    text NOT NULL DEFAULT '',
  error_at timestamptz,
  failures int NOT NULL DEFAULT 0,             -- in a row
  skew_ms  bigint,                             -- SMEV's clock less ours
  skew_at  timestamptz,
  next_at  timestamptz
);
