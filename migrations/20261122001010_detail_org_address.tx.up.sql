-- An address taken from the address register: its parts with their GUIDs. Empty
-- where it was typed by hand.
ALTER TABLE org_address
  ADD place_id      text NOT NULL DEFAULT '',
  ADD area          text NOT NULL DEFAULT '',   -- district of a city
  ADD street_id     text NOT NULL DEFAULT '',
  ADD street2       text NOT NULL DEFAULT '',   -- of a house on a corner
  ADD street2_id    text NOT NULL DEFAULT '',
  ADD house_id      text NOT NULL DEFAULT '',
  ADD building      text NOT NULL DEFAULT '',   -- корпус, строение
  ADD room          text NOT NULL DEFAULT '',   -- office or flat
  ADD no_street     boolean NOT NULL DEFAULT false,
  ADD same_as_legal boolean NOT NULL DEFAULT false,
  ADD okato         text NOT NULL DEFAULT '',
  ADD oktmo         text NOT NULL DEFAULT '';
