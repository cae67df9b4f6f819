-- Files that came with an answer: inside its message, or by reference through
-- SMEV's file store. Their octets lie sealed in parts, so that neither side of a
-- large one is ever in memory whole; a transfer that was cut off goes on after
-- the parts there are.
CREATE TABLE exchange_file (
  id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  answer_id  text NOT NULL REFERENCES exchange_answer,
  no         int NOT NULL,                      -- its place in the message
  stored     boolean NOT NULL,                  -- in SMEV's file store; false: came inside the message
  name       text NOT NULL,                     -- id of the part, or UUID in the store
  mime       text NOT NULL,
  size       bigint NOT NULL DEFAULT 0,         -- octets here so far
  status     text NOT NULL CHECK (status IN ('waiting', 'kept', 'refused')),
  attempts   int NOT NULL DEFAULT 0,            -- that failed
  error      text NOT NULL DEFAULT '',          -- for people
  next_at    timestamptz,                       -- while it waits
  verdict    text NOT NULL DEFAULT '' CHECK (verdict IN ('', 'good', 'bad', 'none')),  -- of the file's own signature; '' = not here yet
  signer     text NOT NULL DEFAULT '',          -- common name, of a good one
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  sealed     bytea,                             -- where it lies, with the password of the transfer; gone with the wait
  key_id     text,
  CHECK ((sealed IS NULL) = (key_id IS NULL)),
  CHECK ((status = 'waiting') = (next_at IS NOT NULL)),
  UNIQUE (answer_id, no)
);
--bun:split
CREATE INDEX exchange_file_due ON exchange_file (next_at) WHERE status = 'waiting';
--bun:split
CREATE INDEX exchange_file_key ON exchange_file (key_id);
--bun:split
CREATE TABLE exchange_file_part (
  id     uuid PRIMARY KEY,
  file   bigint NOT NULL REFERENCES exchange_file,
  no     int NOT NULL,
  size   int NOT NULL,
  at     timestamptz NOT NULL,
  sealed bytea,
  key_id text,
  CHECK ((sealed IS NULL) = (key_id IS NULL)),
  UNIQUE (file, no)
);
--bun:split
CREATE INDEX exchange_file_part_keep ON exchange_file_part (at) WHERE sealed IS NOT NULL;
--bun:split
CREATE INDEX exchange_file_part_key ON exchange_file_part (key_id);
