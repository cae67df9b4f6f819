-- What people typed where the register's word does not fit or cannot be had, and
-- what of the register's nobody may change.
ALTER TABLE organisation ADD activity text NOT NULL DEFAULT '' COLLATE "C"; -- code of the activity the client declares
--bun:split
ALTER TABLE org_head ADD title_typed boolean NOT NULL DEFAULT false;        -- the register's is too long or none
--bun:split
ALTER TABLE org_address
  ADD typed  boolean NOT NULL DEFAULT false, -- by hand: the register fills it no more
  ADD agreed boolean NOT NULL DEFAULT false; -- the register's, confirmed by FIAS: closed for editing
--bun:split
ALTER TABLE application ADD head_name text NOT NULL DEFAULT ''; -- who signed as the head; '' = signed before this was kept
--bun:split
-- «Изменения в реестре»: what the register says otherwise of a client than it
-- did. The key is what happened, not the row it was read from: read twice it
-- stands here once.
CREATE TABLE register_task (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  org_id     bigint NOT NULL REFERENCES organisation,
  kind       text NOT NULL CHECK (kind IN ('head', 'liquidation', 'unreliable', 'renamed')),
  made       date NOT NULL,                  -- when the tax service wrote it down
  before     text NOT NULL,
  after      text NOT NULL,
  at         timestamptz NOT NULL,           -- when it came onto the list
  status     text NOT NULL CHECK (status IN ('new', 'taken', 'dismissed')),
  decided_at timestamptz,
  decided_by bigint REFERENCES employee,     -- NULL of a decided one = an overwriting of the card took it
  reason     text NOT NULL DEFAULT '',       -- why it does not matter
  UNIQUE (partner_id, org_id, kind, made, after),
  CHECK ((status = 'new') = (decided_at IS NULL)),
  CHECK ((status = 'dismissed') = (reason <> ''))
);
--bun:split
CREATE INDEX register_task_open ON register_task (partner_id, id DESC) WHERE status = 'new';
--bun:split
CREATE INDEX register_task_org ON register_task (partner_id, org_id, id DESC);
--bun:split
CALL wall('register_task');
--bun:split
-- The last of the register's changes that each partner's list has been made of.
CREATE TABLE register_follow (
  partner_id bigint PRIMARY KEY REFERENCES partner,
  seen       bigint NOT NULL
);
--bun:split
CALL wall('register_follow');
--bun:split
-- Who deals with that list: among the defaults, and with every partner that has rights of its own.
INSERT INTO role_permission (partner_id, role, permission)
SELECT DISTINCT partner_id, role, 'register.changes' FROM role_permission WHERE role IN ('operator', 'supervisor');
