-- A request for a certificate: approved data, then the PKCS#10 made on the
-- carrier, then its way through the CA.
CREATE TABLE cert_request (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  application_id bigint NOT NULL REFERENCES application,
  org_id         bigint NOT NULL REFERENCES organisation,
  owner_id       bigint NOT NULL REFERENCES owner,
  profile        text NOT NULL,
  carrier_type   text NOT NULL CHECK (carrier_type IN ('rutoken', 'rutoken_lite', 'jacarta_lt', 'esmart', 'flash', 'registry')),
  carrier_number text NOT NULL,
  subject_der    bytea NOT NULL,        -- the approved Name, byte for byte
  subject_text   text NOT NULL,
  status         text NOT NULL CHECK (status IN ('prepared', 'made', 'sent', 'waiting', 'issued', 'refused', 'abandoned')),
  status_at      timestamptz NOT NULL,
  csr            bytea,
  key_hash       bytea,                 -- SHA-256 of the SPKI; a key is used once, ever
  transaction_id bytea,                 -- of CMP, 16 bytes, chosen before the first attempt
  confirmed_at   timestamptz,           -- the CA knows that we have the certificate
  ca_text        text NOT NULL DEFAULT '',
  attempts       int NOT NULL DEFAULT 0,
  sent_at        timestamptz,
  next_at        timestamptz,
  created_at     timestamptz NOT NULL,
  created_by     bigint NOT NULL REFERENCES employee
);
--bun:split
CREATE INDEX cert_request_application ON cert_request (partner_id, application_id, id DESC);
--bun:split
CREATE UNIQUE INDEX cert_request_one_live ON cert_request (application_id) WHERE status NOT IN ('refused', 'abandoned');
--bun:split
CREATE UNIQUE INDEX cert_request_transaction ON cert_request (transaction_id) WHERE transaction_id IS NOT NULL;
--bun:split
CALL wall('cert_request');
--bun:split
-- Keys ever seen, by every partner: no policy, hashes only.
CREATE TABLE seen_key (
  key_hash   bytea PRIMARY KEY,
  request_id bigint NOT NULL,
  seen_at    timestamptz NOT NULL
);
--bun:split
-- One-time operations given to a token agent.
CREATE TABLE token_operation (
  id          uuid PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  kind        text NOT NULL CHECK (kind IN ('request', 'install', 'sign')),
  request_id  bigint NOT NULL REFERENCES cert_request,
  employee_id bigint NOT NULL REFERENCES employee,
  nonce       bytea NOT NULL UNIQUE,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  used_at     timestamptz,
  result_hash bytea                     -- SHA-256 of what came back: the same answer twice is no second use
);
--bun:split
CREATE INDEX token_operation_request ON token_operation (partner_id, request_id);
--bun:split
CALL wall('token_operation');
--bun:split
CREATE TABLE certificate (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  request_id     bigint NOT NULL UNIQUE REFERENCES cert_request,
  application_id bigint NOT NULL REFERENCES application,
  org_id         bigint NOT NULL REFERENCES organisation,
  owner_id       bigint NOT NULL REFERENCES owner,
  serial         text NOT NULL COLLATE "C",   -- upper-case hex
  issuer         text NOT NULL,
  subject        text NOT NULL,
  not_before     timestamptz NOT NULL,
  not_after      timestamptz NOT NULL,
  der            bytea NOT NULL,
  carrier_type   text NOT NULL,
  carrier_number text NOT NULL,
  issued_at      timestamptz NOT NULL,
  issued_by      bigint NOT NULL REFERENCES employee, -- the operator who made the request
  installed_at   timestamptz,
  installed_by   bigint REFERENCES employee,
  receipt_printed_at   timestamptz,
  receipt_printed_by   bigint REFERENCES employee,
  receipt_confirmed_at timestamptz,
  receipt_confirmed_by bigint REFERENCES employee,
  revoked_at     timestamptz,
  UNIQUE (partner_id, issuer, serial)
);
--bun:split
CREATE INDEX certificate_owner ON certificate (partner_id, owner_id, id DESC);
--bun:split
CREATE INDEX certificate_expiry ON certificate (partner_id, not_after) WHERE revoked_at IS NULL;
--bun:split
CREATE INDEX certificate_issued ON certificate (partner_id, issued_at);
--bun:split
CREATE INDEX certificate_serial ON certificate (partner_id, serial);
--bun:split
CALL wall('certificate');
--bun:split
-- RegisterCertificate in ESIA: one live registration for a certificate.
CREATE TABLE esia_registration (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id     bigint NOT NULL REFERENCES partner,
  certificate_id bigint NOT NULL REFERENCES certificate,
  status         text NOT NULL CHECK (status IN ('waiting', 'validating', 'succeeded', 'failed')),
  status_at      timestamptz NOT NULL,
  text           text NOT NULL DEFAULT '',
  message_id     bigint,
  sent_at        timestamptz NOT NULL,
  sent_by        bigint NOT NULL REFERENCES employee
);
--bun:split
CREATE UNIQUE INDEX esia_registration_one_live ON esia_registration (certificate_id) WHERE status <> 'failed';
--bun:split
CALL wall('esia_registration');
