-- An approval and a head's signature are about the data as they were then;
-- the receipt that was signed is kept as it was printed.
ALTER TABLE application
  ADD COLUMN approved_at      timestamptz,
  ADD COLUMN approved_data    bytea,   -- SHA-256 of the data that were approved
  ADD COLUMN head_signed_data bytea;   -- SHA-256 of the data that the head signed for
--bun:split
ALTER TABLE certificate ADD COLUMN receipt_file_id uuid REFERENCES stored_file;
