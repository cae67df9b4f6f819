-- Several certification authorities: which one a request went to, and the
-- service centre by which it is chosen. '' = not chosen yet; what was sent
-- before belongs to the only one there was.
ALTER TABLE cert_request ADD authority text NOT NULL DEFAULT '';
--bun:split
ALTER TABLE cert_request ADD centre_id bigint;
--bun:split
UPDATE cert_request q SET centre_id = a.centre_id FROM application a WHERE a.id = q.application_id;
--bun:split
UPDATE cert_request SET authority = 'ca' WHERE status NOT IN ('prepared', 'made');
