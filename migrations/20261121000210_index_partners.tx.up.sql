-- Every table of clients is found by its partner first.
CREATE INDEX passport_partner ON passport (partner_id, owner_id);
--bun:split
CREATE INDEX extract_row_partner ON extract_row (partner_id, extract_id);
--bun:split
CREATE INDEX accounting_file_partner ON accounting_file (partner_id, document_id);
--bun:split
CREATE INDEX esia_registration_partner ON esia_registration (partner_id, certificate_id, id DESC);
