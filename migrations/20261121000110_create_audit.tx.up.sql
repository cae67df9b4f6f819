-- Append-only journal, chained per partner: hash = SHA-256(prev_hash || canonical record).
CREATE TABLE audit_record (
  partner_id bigint NOT NULL REFERENCES partner,
  seq        bigint NOT NULL,
  at         timestamptz NOT NULL,
  actor_id   bigint,                 -- employee; NULL = the program itself
  actor      text NOT NULL,
  action     text NOT NULL,          -- 'application.approve'
  object     text NOT NULL,          -- 'application:7'
  org_id     bigint,
  details    text NOT NULL DEFAULT '{}', -- canonical JSON, kept as text since it is hashed
  prev_hash  bytea NOT NULL,
  hash       bytea NOT NULL,
  PRIMARY KEY (partner_id, seq)
);
--bun:split
CREATE INDEX audit_record_object ON audit_record (partner_id, object, seq);
--bun:split
CREATE INDEX audit_record_org ON audit_record (partner_id, org_id, seq) WHERE org_id IS NOT NULL;
--bun:split
CREATE INDEX audit_record_actor ON audit_record (partner_id, actor_id, seq);
--bun:split
CALL wall('audit_record');
--bun:split
CREATE TABLE audit_head (
  partner_id bigint PRIMARY KEY REFERENCES partner,
  seq        bigint NOT NULL,
  hash       bytea NOT NULL
);
--bun:split
-- The program may add records and never change them.
REVOKE UPDATE, DELETE ON audit_record FROM console_app;
--bun:split
-- Who looked at whose personal data and why.
CREATE TABLE personal_view (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  at         timestamptz NOT NULL,
  actor_id   bigint NOT NULL,
  object     text NOT NULL,          -- 'passport:12'
  reason     text NOT NULL DEFAULT ''
);
--bun:split
CREATE INDEX personal_view_object ON personal_view (partner_id, object, at);
--bun:split
CALL wall('personal_view');
--bun:split
REVOKE UPDATE, DELETE ON personal_view FROM console_app;
