-- Self-tests of the connections to outside systems: one row each, its steps
-- with verdicts as they come. Who looks after the connections starts one.
CREATE TABLE connection_test (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  partner_id  bigint NOT NULL REFERENCES partner,
  system      text NOT NULL,                -- 'smev', 'ca', 'onec', 'smtp', 'sms', 'oidc'
  started_at  timestamptz NOT NULL,
  started_by  bigint NOT NULL REFERENCES employee,
  finished_at timestamptz,
  steps       jsonb NOT NULL DEFAULT '[]'   -- [{"part", "verdict", "text", "cure", "ms"}]
);
--bun:split
CREATE INDEX connection_test_partner ON connection_test (partner_id, system, id DESC);
--bun:split
CREATE UNIQUE INDEX connection_test_running ON connection_test (partner_id, system) WHERE finished_at IS NULL;
--bun:split
CALL wall('connection_test');
