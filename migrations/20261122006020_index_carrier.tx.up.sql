-- Carriers are found by their number as it was written down.
ALTER TABLE certificate DROP COLUMN carrier_key;
--bun:split
CREATE INDEX certificate_carrier ON certificate (partner_id, carrier_number COLLATE "C") WHERE carrier_number <> '';
