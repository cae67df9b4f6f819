-- Own clients by the beginnings of their words: the search reads a bounded range of
-- this. No policy, as org_search has none (there it says why); led by the partner.
CREATE TABLE org_word (
  partner_id bigint NOT NULL,
  word       text NOT NULL COLLATE "C",
  org_id     bigint NOT NULL REFERENCES org_search ON DELETE CASCADE,
  PRIMARY KEY (partner_id, word, org_id)
);
--bun:split
CREATE INDEX org_word_org ON org_word (org_id);
--bun:split
CREATE FUNCTION org_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM org_word WHERE org_id = NEW.org_id;
  INSERT INTO org_word SELECT DISTINCT NEW.partner_id, w, NEW.org_id FROM unnest(string_to_array(NEW.words, ' ')) w WHERE w <> '';
  RETURN NULL;
END $$;
--bun:split
CREATE TRIGGER org_search_words AFTER INSERT OR UPDATE OF words, partner_id ON org_search FOR EACH ROW EXECUTE FUNCTION org_search_words();
--bun:split
INSERT INTO org_word SELECT DISTINCT partner_id, w, org_id FROM org_search, unnest(string_to_array(words, ' ')) w WHERE w <> '';
--bun:split
-- Letters inside a word are looked for in the register's dictionary, so this is read no more.
DROP INDEX org_search_words;
--bun:split
-- Ids of the partner's clients, the best first: with the number or its beginning;
-- with all words of one of the spellings in any order, each perhaps unfinished; with
-- the letters inside a word; and those with one of the OGRNs. Of each step at most
-- 500 are looked at.
CREATE FUNCTION org_find(partner bigint, numb text, spellings text[], ogrns text[], narrow registry_filter, show int) RETURNS bigint[]
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off SET enable_material = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  filtered boolean := narrow.regions <> '{}' OR narrow.live OR narrow.kind <> '' OR narrow.forms <> '{}' OR narrow.okved <> '';
  most int := CASE WHEN filtered THEN 500 ELSE show END;
  ids bigint[] := '{}';
  spelling text;
  w text[];
  key text;
  whole text[];
  begun text[];
BEGIN
  PERFORM FROM registry_index;
  IF numb <> '' THEN
    ids := ARRAY(SELECT f.org_id FROM (
        (SELECT s.org_id, s.active FROM org_search s WHERE s.partner_id = partner AND s.inn >= numb AND s.inn < numb || ':' ORDER BY s.inn LIMIT 500)
        UNION (SELECT s.org_id, s.active FROM org_search s WHERE s.partner_id = partner AND s.ogrn >= numb AND s.ogrn < numb || ':' ORDER BY s.ogrn LIMIT 500)
        UNION (SELECT s.org_id, s.active FROM org_search s WHERE s.partner_id = partner AND s.kpp >= numb AND s.kpp < numb || ':' ORDER BY s.kpp LIMIT 500)) f
      ORDER BY f.active DESC, f.org_id DESC LIMIT most);
  END IF;
  FOREACH spelling IN ARRAY COALESCE(spellings, '{}') LOOP
    EXIT WHEN cardinality(ids) >= most;
    w := string_to_array(spelling, ' ');
    key := (SELECT x FROM unnest(w) x ORDER BY length(x) DESC LIMIT 1);
    whole := ARRAY(SELECT '% ' || x || ' %' FROM unnest(w) x);
    begun := ARRAY(SELECT '% ' || x || '%' FROM unnest(w) x);
    ids := ids || ARRAY(SELECT s.org_id FROM (SELECT DISTINCT r.org_id FROM (SELECT o.org_id FROM org_word o WHERE o.partner_id = partner AND o.word >= key AND o.word < key || U&'\+10FFFF' ORDER BY o.word LIMIT 500) r) f
      JOIN org_search s ON s.org_id = f.org_id
      WHERE s.words LIKE ALL (begun) AND s.org_id <> ALL (ids) ORDER BY s.words LIKE ALL (whole) DESC, s.active DESC, s.org_id DESC LIMIT most - cardinality(ids));
    IF cardinality(ids) = 0 AND length(key) >= 3 AND cardinality(w) = 1 THEN
      ids := ARRAY(SELECT s.org_id FROM (SELECT DISTINCT r.org_id FROM (SELECT o.org_id FROM unnest(registry_inside(key)) i JOIN registry_word rw ON rw.id = i
            JOIN org_word o ON o.partner_id = partner AND o.word = rw.word LIMIT 500) r) f JOIN org_search s ON s.org_id = f.org_id
        ORDER BY s.active DESC, s.org_id DESC LIMIT most);
    END IF;
  END LOOP;
  ids := ids || ARRAY(SELECT s.org_id FROM unnest(ogrns) WITH ORDINALITY o(ogrn, at) JOIN org_search s ON s.partner_id = partner AND s.ogrn = o.ogrn
    WHERE s.org_id <> ALL (ids) ORDER BY o.at LIMIT most);
  IF filtered THEN
    ids := ARRAY(SELECT i.id FROM unnest(ids) WITH ORDINALITY i(id, at) JOIN org_search s ON s.org_id = i.id JOIN registry_doc d ON d.ogrn = s.ogrn
      WHERE (narrow.regions = '{}' OR d.region = ANY (narrow.regions)) AND (NOT narrow.live OR d.state <> 'closed') AND (narrow.kind = '' OR d.kind = narrow.kind)
        AND (narrow.forms = '{}' OR d.form LIKE ANY (narrow.forms)) AND (narrow.okved = '' OR d.okved LIKE narrow.okved)
      ORDER BY i.at);
  END IF;
  RETURN ids[1:show];
END $$;
--bun:split
-- Owners by the beginnings of their names; behind the wall, for they are people.
CREATE TABLE owner_word (
  partner_id bigint NOT NULL,
  word       text NOT NULL COLLATE "C",
  owner_id   bigint NOT NULL REFERENCES owner ON DELETE CASCADE,
  PRIMARY KEY (partner_id, word, owner_id)
);
--bun:split
CREATE INDEX owner_word_owner ON owner_word (owner_id);
--bun:split
CREATE FUNCTION owner_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM owner_word WHERE owner_id = NEW.id;
  INSERT INTO owner_word SELECT DISTINCT NEW.partner_id, w, NEW.id
    FROM regexp_split_to_table(translate(upper(concat_ws(' ', NEW.surname, NEW.name, NEW.patronymic)), 'Ё', 'Е'), '[^[:alnum:]]+') w WHERE w <> '';
  RETURN NULL;
END $$;
--bun:split
CREATE TRIGGER owner_words AFTER INSERT OR UPDATE OF surname, name, patronymic ON owner FOR EACH ROW EXECUTE FUNCTION owner_words();
--bun:split
INSERT INTO owner_word SELECT DISTINCT partner_id, w, id
  FROM owner, regexp_split_to_table(translate(upper(concat_ws(' ', surname, name, patronymic)), 'Ё', 'Е'), '[^[:alnum:]]+') w WHERE w <> '';
--bun:split
CALL wall('owner_word');
--bun:split
CREATE INDEX application_by_number ON application (partner_id, number COLLATE "C");
--bun:split
-- Carriers are found by their number as it was written down.
CREATE INDEX certificate_carrier ON certificate (partner_id, carrier_number COLLATE "C") WHERE carrier_number <> '';
