-- What goes out to SMEV and what comes back. No policy: an answer arrives
-- before anybody knows whose it is.
CREATE TABLE exchange_message (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  kind        text NOT NULL,               -- 'passport', 'snils', 'inn', 'esia'
  subject_id  bigint NOT NULL,             -- owner_check or esia_registration
  message_id  text NOT NULL UNIQUE,        -- UUID version 1; replaced when stale
  content     bytea NOT NULL,              -- the primary content we ask with
  status      text NOT NULL CHECK (status IN ('queued', 'sent', 'answered', 'refused')),
  attempts    int NOT NULL DEFAULT 0,
  last_error  text NOT NULL DEFAULT '',    -- for people, without personal data
  created_at  timestamptz NOT NULL,
  sent_at     timestamptz,
  next_at     timestamptz,
  answered_at timestamptz,
  UNIQUE (kind, subject_id)
);
--bun:split
CREATE INDEX exchange_message_open ON exchange_message (status, created_at) WHERE status IN ('queued', 'sent');
--bun:split
-- Answers, each taken once whatever is delivered twice; acknowledged after commit.
CREATE TABLE exchange_answer (
  message_id   text PRIMARY KEY,           -- the answer's own id
  reference_id text NOT NULL,              -- exchange_message.message_id
  kind         text NOT NULL CHECK (kind IN ('content', 'progress', 'rejected', 'no_data', 'failed')),
  text         text NOT NULL,              -- of a rejection, for people
  content      bytea,
  final        boolean NOT NULL,
  received_at  timestamptz NOT NULL,
  acked_at     timestamptz
);
--bun:split
CREATE INDEX exchange_answer_unacked ON exchange_answer (received_at) WHERE acked_at IS NULL;
--bun:split
-- Waiting jobs by kind and arguments: job.Enqueue looks for one before it adds.
CREATE INDEX river_job_waiting ON river_job (kind, args) WHERE state IN ('available', 'retryable', 'scheduled');
