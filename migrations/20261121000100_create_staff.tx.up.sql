-- The role that serve, work and tests run as. It owns nothing and may not walk
-- around row-level security. Roles are shared by all databases of a cluster, so
-- another database's migration may have made it already, even at this moment.
-- It is also right that the administrator of the server made and granted it,
-- and the role that migrates may create none.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'console_app') THEN
    CREATE ROLE console_app NOLOGIN NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
--bun:split
DO $$
BEGIN
  IF NOT pg_has_role('console_app', 'MEMBER') THEN
    EXECUTE format('GRANT console_app TO %I', current_user);
  END IF;
EXCEPTION WHEN unique_violation OR SQLSTATE 'XX000' THEN NULL; -- "tuple concurrently updated": somebody granted it just now
END $$;
--bun:split
GRANT USAGE ON SCHEMA public TO console_app;
--bun:split
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO console_app;
--bun:split
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO console_app;
--bun:split
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO console_app;
--bun:split
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO console_app;
--bun:split
-- The partner of the running transaction; 0 when none was named.
CREATE FUNCTION app_partner() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(NULLIF(current_setting('app.partner', true), ''), '0')::bigint $$;
--bun:split
-- Puts the second wall around a table of clients' data.
CREATE PROCEDURE wall(tab regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('CREATE POLICY partner_only ON %s USING (partner_id = app_partner()) WITH CHECK (partner_id = app_partner())', tab);
END $$;
--bun:split
CREATE TABLE partner (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL CHECK (name <> ''),
  inn        text NOT NULL COLLATE "C",
  kpp        text NOT NULL DEFAULT '' COLLATE "C",
  ogrn       text NOT NULL DEFAULT '' COLLATE "C",
  created_at timestamptz NOT NULL DEFAULT now()
);
--bun:split
CREATE TABLE centre (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  name       text NOT NULL CHECK (name <> ''),
  address    text NOT NULL DEFAULT '',
  timezone   text NOT NULL DEFAULT 'Europe/Moscow'
);
--bun:split
CREATE TABLE role (
  code     text PRIMARY KEY,
  name     text NOT NULL,
  position int  NOT NULL
);
--bun:split
INSERT INTO role (code, name, position) VALUES
  ('operator',   'Оператор',      1),
  ('accountant', 'Бухгалтер',     2),
  ('supervisor', 'Руководитель',  3),
  ('admin',      'Администратор', 4),
  ('reviewer',   'Проверяющий',   5),
  ('auditor',    'Аудитор',       6);
--bun:split
-- Rights as data. A partner's rows are copied from partner_id NULL, the defaults.
CREATE TABLE role_permission (
  partner_id bigint REFERENCES partner,
  role       text NOT NULL REFERENCES role,
  permission text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (partner_id, role, permission)
);
--bun:split
INSERT INTO role_permission (role, permission)
SELECT r, unnest(string_to_array(p, ' ')) FROM (VALUES
  ('operator',   'org.view org.edit passport.view application.work service.ship services.view report.own journal.own'),
  ('accountant', 'org.view org.requisites services.view accounting.work accounting.view report.accounting journal.own'),
  ('supervisor', 'org.view passport.view_reason application.approve services.view accounting.view report.own report.accounting report.all staff.centre journal.own journal.centre exchange.view'),
  ('admin',      'org.view org.edit services.view staff.centre staff.manage settings journal.own journal.centre journal.all exchange.view'),
  ('reviewer',   'org.view passport.view application.approve journal.own'),
  ('auditor',    'org.view_masked report.all staff.view journal.own journal.centre journal.all')
) AS d(r, p);
--bun:split
CREATE TABLE employee (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id      bigint NOT NULL REFERENCES partner,
  centre_id       bigint NOT NULL REFERENCES centre,
  role            text   NOT NULL REFERENCES role,
  login           text   NOT NULL COLLATE "C" CHECK (login = lower(login) AND login <> ''),
  name            text   NOT NULL CHECK (name <> ''),
  email           text   NOT NULL DEFAULT '',
  password_hash   text   NOT NULL DEFAULT '',  -- argon2id in PHC form; '' = sign-in by OIDC only
  oidc_issuer     text   NOT NULL DEFAULT '',
  oidc_subject    text   NOT NULL DEFAULT '',
  active          boolean NOT NULL DEFAULT true,
  failed_attempts int    NOT NULL DEFAULT 0,
  locked_until    timestamptz,
  version         int    NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now()
);
--bun:split
CREATE UNIQUE INDEX employee_login ON employee (login);
--bun:split
CREATE UNIQUE INDEX employee_oidc ON employee (oidc_issuer, oidc_subject) WHERE oidc_subject <> '';
--bun:split
CREATE INDEX employee_partner ON employee (partner_id, id);
--bun:split
-- Browser sessions. The id is the SHA-256 of the cookie, so a stolen dump opens nothing.
CREATE TABLE session (
  id          bytea PRIMARY KEY,
  employee_id bigint REFERENCES employee ON DELETE CASCADE, -- NULL until sign-in
  csrf        text NOT NULL,
  flash       jsonb NOT NULL DEFAULT '[]',
  values      jsonb NOT NULL DEFAULT '{}',
  locked      boolean NOT NULL DEFAULT false,  -- idle: the password is asked again
  created_at  timestamptz NOT NULL DEFAULT now(),
  seen_at     timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL
);
--bun:split
CREATE INDEX session_expires ON session (expires_at);
--bun:split
-- Failed sign-ins by network address; successes clear nothing here.
CREATE TABLE sign_in_failure (
  address text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);
--bun:split
CREATE INDEX sign_in_failure_address ON sign_in_failure (address, at);
--bun:split
-- An operator's desk: where its token agent listens and the secret they share.
CREATE TABLE workstation (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  centre_id      bigint NOT NULL REFERENCES centre,
  name           text NOT NULL CHECK (name <> ''),
  agent_url      text NOT NULL,
  pairing_sealed bytea NOT NULL, -- sealed with the installation's key
  created_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (partner_id, name)
);
