CREATE TABLE contract (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id   bigint NOT NULL REFERENCES partner,
  org_id       bigint NOT NULL REFERENCES organisation,
  name         text NOT NULL,            -- «Оферта КВС52»
  number       text NOT NULL,            -- «2тест»
  signed_on    date NOT NULL,
  ends_on      date,
  active       boolean NOT NULL DEFAULT true,
  version      int NOT NULL DEFAULT 1,
  created_at   timestamptz NOT NULL DEFAULT now(),
  created_by   bigint REFERENCES employee,
  updated_at   timestamptz NOT NULL DEFAULT now(),
  updated_by   bigint REFERENCES employee,
  UNIQUE (partner_id, org_id, number)
);
--bun:split
CALL wall('contract');
--bun:split
-- What a partner sells. No policy: prices are not clients' data; the query leads by partner_id.
CREATE TABLE product (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  code        text NOT NULL,
  name        text NOT NULL,
  description text NOT NULL DEFAULT '',
  kind        text NOT NULL CHECK (kind IN ('issue', 'service', 'licence', 'goods')),
  unit        text NOT NULL DEFAULT 'шт.',
  price       bigint NOT NULL CHECK (price >= 0),   -- kopecks, VAT included
  vat         text NOT NULL CHECK (vat IN ('none', '0', '5', '7', '10', '20', '22')),
  UNIQUE (partner_id, code)
);
--bun:split
CREATE SEQUENCE service_number START 479930;
--bun:split
-- A line of a contract: «услуга или товар».
CREATE TABLE service (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id      bigint NOT NULL REFERENCES partner,
  org_id          bigint NOT NULL REFERENCES organisation,
  contract_id     bigint NOT NULL REFERENCES contract,
  product_id      bigint REFERENCES product,
  number          text NOT NULL,          -- ОФ030-479929
  name            text NOT NULL,
  description     text NOT NULL DEFAULT '',
  kind            text NOT NULL CHECK (kind IN ('issue', 'service', 'licence', 'goods')),
  unit            text NOT NULL DEFAULT 'шт.',
  quantity        int NOT NULL CHECK (quantity > 0),
  price           bigint NOT NULL CHECK (price >= 0),
  cost            bigint NOT NULL CHECK (cost >= 0),
  vat             text NOT NULL,
  invoice_on      date NOT NULL,
  paid_on         date,
  valid_from      date,
  valid_to        date,
  ship_date       date,
  state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'shipping', 'shipped', 'failed')),
  acts_to_cabinet_at timestamptz,
  comment         text NOT NULL DEFAULT '',
  version         int NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  created_by      bigint REFERENCES employee,
  updated_at      timestamptz NOT NULL DEFAULT now(),
  updated_by      bigint REFERENCES employee,
  deleted_at      timestamptz,
  deleted_by      bigint REFERENCES employee,
  deleted         boolean NOT NULL DEFAULT false,
  UNIQUE (partner_id, number)
);
--bun:split
CREATE INDEX service_contract ON service (partner_id, contract_id, id);
--bun:split
CREATE INDEX service_org ON service (partner_id, org_id, id);
--bun:split
CREATE INDEX service_unshipped ON service (partner_id, paid_on) WHERE ship_date IS NULL AND paid_on IS NOT NULL AND NOT deleted;
--bun:split
CALL wall('service');
--bun:split
-- One request to accounting: the services ticked together.
CREATE TABLE shipment (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id      bigint NOT NULL REFERENCES partner,
  org_id          bigint NOT NULL REFERENCES organisation,
  contract_id     bigint NOT NULL REFERENCES contract,
  application_id  bigint,
  idempotency_key uuid NOT NULL UNIQUE,
  ship_date       date NOT NULL,
  amount          bigint NOT NULL,
  vat_amount      bigint NOT NULL,
  status          text NOT NULL CHECK (status IN ('queued', 'sent', 'accepted', 'documents_ready', 'delivered', 'failed', 'cancelled')),
  status_at       timestamptz NOT NULL,
  job_ref         text NOT NULL DEFAULT '',        -- 1C's own id of the request
  error           text NOT NULL DEFAULT '',        -- for people
  attempts        int NOT NULL DEFAULT 0,
  next_at         timestamptz,
  created_at      timestamptz NOT NULL,
  created_by      bigint NOT NULL REFERENCES employee,
  acknowledged_at timestamptz,
  acknowledged_by bigint REFERENCES employee
);
--bun:split
CREATE INDEX shipment_org ON shipment (partner_id, org_id, id DESC);
--bun:split
-- answers that wait to be acknowledged: counted in the top bar of every page
CREATE INDEX shipment_open ON shipment (partner_id) WHERE acknowledged_at IS NULL;
--bun:split
CALL wall('shipment');
--bun:split
CREATE TABLE shipment_line (
  partner_id  bigint NOT NULL REFERENCES partner,
  shipment_id bigint NOT NULL REFERENCES shipment,
  service_id  bigint NOT NULL REFERENCES service,
  PRIMARY KEY (shipment_id, service_id)
);
--bun:split
CREATE INDEX shipment_line_service ON shipment_line (partner_id, service_id);
--bun:split
CALL wall('shipment_line');
--bun:split
-- What 1C made of a shipment; numbers and dates are 1C's.
CREATE TABLE accounting_document (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id   bigint NOT NULL REFERENCES partner,
  org_id       bigint NOT NULL REFERENCES organisation,
  shipment_id  bigint NOT NULL REFERENCES shipment,
  kind         text NOT NULL CHECK (kind IN ('act', 'invoice', 'utd', 'licence')),
  number       text NOT NULL,
  issued_on    date NOT NULL,
  amount       bigint NOT NULL,
  vat_amount   bigint NOT NULL,
  ref          text NOT NULL,
  created_at   timestamptz NOT NULL,
  UNIQUE (partner_id, ref)
);
--bun:split
CREATE INDEX accounting_document_org ON accounting_document (partner_id, org_id, id DESC);
--bun:split
CREATE INDEX accounting_document_date ON accounting_document (partner_id, issued_on, id);
--bun:split
CALL wall('accounting_document');
--bun:split
CREATE TABLE accounting_file (
  partner_id  bigint NOT NULL REFERENCES partner,
  document_id bigint NOT NULL REFERENCES accounting_document,
  file_id     uuid NOT NULL REFERENCES stored_file,
  ref         text NOT NULL,
  PRIMARY KEY (document_id, ref)
);
--bun:split
CALL wall('accounting_file');
--bun:split
-- «Отгруженные лицензии и товары» of one service.
CREATE TABLE licence (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id bigint NOT NULL REFERENCES partner,
  service_id bigint NOT NULL REFERENCES service,
  kind       text NOT NULL,
  info       text NOT NULL,
  issued_on  date NOT NULL,
  valid_to   date
);
--bun:split
CREATE INDEX licence_service ON licence (partner_id, service_id);
--bun:split
CALL wall('licence');
