-- Stored bytes: this row and an object named by its SHA-256 in the store.
CREATE TABLE stored_file (
  id          uuid PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  org_id      bigint,
  owner_id    bigint,
  folder      text NOT NULL CHECK (folder IN ('storage', 'cabinet', 'onec', 'scan', 'printed')),
  name        text NOT NULL CHECK (name <> ''),
  mime        text NOT NULL,
  size        bigint NOT NULL CHECK (size >= 0),
  sha256      bytea NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  bigint,
  deleted_at  timestamptz,
  deleted_by  bigint
);
--bun:split
CREATE INDEX stored_file_org ON stored_file (partner_id, org_id, folder, created_at DESC);
--bun:split
CALL wall('stored_file');
