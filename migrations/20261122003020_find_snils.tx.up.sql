-- A number that is asked for by the owner's data, besides one that is checked.
ALTER TABLE owner_check DROP CONSTRAINT owner_check_kind_check;
--bun:split
ALTER TABLE owner_check ADD CONSTRAINT owner_check_kind_check CHECK (kind IN ('passport', 'snils', 'inn', 'snils_by_data'));
