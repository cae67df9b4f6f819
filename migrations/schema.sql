-- What the migrations make, by pg_dump --schema-only of PostgreSQL 15. Not edited by hand.
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

COMMENT ON EXTENSION btree_gin IS 'support for indexing common datatypes in GIN';

CREATE EXTENSION IF NOT EXISTS intarray WITH SCHEMA public;

COMMENT ON EXTENSION intarray IS 'functions, operators, and index support for 1-D arrays of integers';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE TYPE public.registry_filter AS (
	regions text[],
	live boolean,
	kind text,
	forms text[],
	okved text,
	home text
);

CREATE TYPE public.river_job_state AS ENUM (
    'available',
    'cancelled',
    'completed',
    'discarded',
    'pending',
    'retryable',
    'running',
    'scheduled'
);

CREATE FUNCTION public.active_is_usable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM FROM certificate WHERE id = NEW.certificate_id AND owner_id = NEW.owner_id AND partner_id = NEW.partner_id
    AND installed_at IS NOT NULL AND revoked_at IS NULL AND not_after > NEW.chosen_at FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'certificate % is not usable', NEW.certificate_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.app_partner() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(NULLIF(current_setting('app.partner', true), ''), '0')::bigint $$;

CREATE FUNCTION public.extract_decision_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'a decision about an extract is kept for ever' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.org_find(partner bigint, numb text, spellings text[], ogrns text[], narrow public.registry_filter, show integer) RETURNS bigint[]
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_memoize TO 'off'
    SET enable_material TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.org_search_words() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM org_word WHERE org_id = NEW.org_id;
  INSERT INTO org_word SELECT DISTINCT NEW.partner_id, w, NEW.org_id FROM unnest(string_to_array(NEW.words, ' ')) w WHERE w <> '';
  RETURN NULL;
END $$;

CREATE FUNCTION public.owner_words() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM owner_word WHERE owner_id = NEW.id;
  INSERT INTO owner_word SELECT DISTINCT NEW.partner_id, w, NEW.id
    FROM regexp_split_to_table(translate(upper(concat_ws(' ', NEW.surname, NEW.name, NEW.patronymic)), 'Ё', 'Е'), '[^[:alnum:]]+') w WHERE w <> '';
  RETURN NULL;
END $$;

CREATE FUNCTION public.registry_alike(hashes integer[], begins text[], insides text[]) RETURNS TABLE(word text, df integer)
    LANGUAGE plpgsql STABLE ROWS 100
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_memoize TO 'off'
    SET enable_material TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
  ids int[];
  part text;
BEGIN
  PERFORM FROM registry_index;
  ids := ARRAY(SELECT DISTINCT n.words[at] FROM unnest(hashes) h,
    LATERAL (SELECT r.hashes, r.words FROM registry_near r WHERE r.first <= h ORDER BY r.first DESC LIMIT 1) n, unnest(array_positions(n.hashes, h)) at LIMIT 1000);
  FOREACH part IN ARRAY begins LOOP
    ids := ids || ARRAY(SELECT f.id FROM (SELECT rw.id FROM registry_word rw WHERE rw.word >= part AND rw.word < part || U&'\+10FFFF' ORDER BY rw.word LIMIT 300) f)
      || ARRAY(SELECT f.id FROM (SELECT rw.id FROM registry_word rw WHERE rw.word >= '@' || part AND rw.word < '@' || part || U&'\+10FFFF' ORDER BY rw.word LIMIT 300) f);
  END LOOP;
  FOREACH part IN ARRAY insides LOOP
    ids := ids || registry_inside(part);
  END LOOP;
  RETURN QUERY SELECT w.word, w.df FROM unnest(uniq(sort(ids))) i JOIN registry_word w ON w.id = i;
END $$;

CREATE FUNCTION public.registry_both(a integer[], b integer[], n integer) RETURNS integer[]
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT o FROM (
      SELECT x.ords & y.ords AS ords
      FROM (SELECT p.first, p.ords[cardinality(p.ords)] AS last, p.ords, v
          FROM unnest(a) w, LATERAL (SELECT q.first, q.ords FROM registry_posting q WHERE q.word = w ORDER BY q.first LIMIT 100) p, unnest(b) v LIMIT 800) x,
        LATERAL (SELECT p.ords FROM registry_posting p WHERE p.word = x.v AND p.first <= x.last
          AND p.first >= COALESCE((SELECT s.first FROM registry_posting s WHERE s.word = x.v AND s.first <= x.first ORDER BY s.first DESC LIMIT 1), 0)
          ORDER BY p.first LIMIT 100) y
      LIMIT 400) z, unnest(z.ords) o ORDER BY o LIMIT n);
END $$;

CREATE FUNCTION public.registry_gather(w text[], modes text, regions text[], n integer) RETURNS integer[]
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  t record;
  a record; -- the rarest of the words
  b record; -- the next
  known int := 0;
  got int[];
BEGIN
  FOR i IN 1..cardinality(w) LOOP
    IF substr(modes, i, 1) = 'i' THEN
      SELECT registry_inside(w[i]) ids, '{}'::int[] hot, 1000000000::bigint total, false more, '{}'::int[] lists, w[i] word INTO t;
    ELSE
      SELECT s.*, w[i] word INTO t FROM registry_spelt(w[i], substr(modes, i, 1) = 'b') s;
      IF t.more THEN
        t.total := t.total + 2000000000;
      END IF;
    END IF;
    IF t.ids = '{}' THEN
      RETURN '{}';
    END IF;
    known := known + 1;
    IF known = 1 THEN
      a := t;
    ELSIF t.total < a.total THEN
      b := a; a := t;
    ELSIF known = 2 THEN
      b := t;
    ELSIF t.total < b.total THEN
      b := t;
    END IF;
  END LOOP;
  IF known = 1 THEN
    got := a.lists;
    IF NOT a.more THEN
      got := registry_lines(a.ids, n);
    END IF;
    IF regions <> '{}' THEN -- the hot ones of the words, by region
      IF a.more THEN
        a.hot := ARRAY(SELECT f.id FROM (SELECT rw.id, rw.hot FROM registry_word rw WHERE rw.word >= a.word AND rw.word < a.word || U&'\+10FFFF' ORDER BY rw.word LIMIT 3000) f WHERE f.hot);
      END IF;
      got := got | ARRAY(SELECT o FROM registry_hotregion r, unnest(r.ords) o WHERE r.word = ANY (a.hot) AND r.region = ANY (regions));
    END IF;
    RETURN got;
  END IF;
  IF a.more THEN
    RETURN a.lists | b.lists;
  ELSIF a.total <= 100 THEN
    RETURN registry_lines(a.ids, 100);
  END IF;
  got := '{}';
  -- a hot word beside one of the others
  IF a.hot <> '{}' AND b.hot <> '{}' THEN
    got := ARRAY(SELECT o FROM unnest(a.hot) x, unnest(b.hot) y,
      LATERAL (SELECT p.ords FROM registry_pair p WHERE p.a = least(x, y) AND p.b = greatest(x, y) ORDER BY p.first LIMIT 1 + n / 250) f, unnest(f.ords) o ORDER BY o LIMIT greatest(n, 500));
  END IF;
  IF b.hot <> '{}' AND length(a.word) >= 3 THEN
    got := got | ARRAY(SELECT o FROM registry_hotprefix h, unnest(h.ords) o WHERE h.word = ANY (b.hot) AND h.prefix = ANY (ARRAY[left(a.word, 3), '@' || left(a.word, 3)]) ORDER BY o LIMIT 500);
  END IF;
  IF a.hot <> '{}' AND length(b.word) >= 3 THEN
    got := got | ARRAY(SELECT o FROM registry_hotprefix h, unnest(h.ords) o WHERE h.word = ANY (a.hot) AND h.prefix = ANY (ARRAY[left(b.word, 3), '@' || left(b.word, 3)]) ORDER BY o LIMIT 500);
  END IF;
  IF b.more OR b.total = 1000000000 AND a.total <= 500 THEN
    RETURN got | registry_lines(a.ids, 500);
  ELSIF a.total <= 500 AND b.total > 20000 THEN
    RETURN registry_lines(a.ids, 500);
  END IF;
  RETURN got | registry_both(a.ids - a.hot, b.ids, greatest(n, 500)) | registry_both(b.ids - b.hot, a.hot, greatest(n, 500));
END $$;

CREATE FUNCTION public.registry_inside(w text) RETURNS integer[]
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT rw.id FROM (
      SELECT t.words FROM registry_tail t
      WHERE t.first >= COALESCE((SELECT b.first FROM registry_tail b WHERE b.first < w ORDER BY b.first DESC LIMIT 1), '') AND t.first < w || U&'\+10FFFF'
      ORDER BY t.first LIMIT 2) f, unnest(f.words) x JOIN registry_word rw ON rw.id = x
    WHERE strpos(substr(rw.word, 2), w) > 0 LIMIT 64);
END $$;

CREATE FUNCTION public.registry_knows(slot text) RETURNS integer
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  w text;
  near text;
  least int := 2;
BEGIN
  FOREACH w IN ARRAY string_to_array(slot, ' ') LOOP
    SELECT COALESCE((SELECT rw.word FROM registry_word rw WHERE rw.word >= w AND rw.word < w || U&'\+10FFFF' ORDER BY rw.word LIMIT 1),
      (SELECT substr(rw.word, 2) FROM registry_word rw WHERE rw.word >= '@' || w AND rw.word < '@' || w || U&'\+10FFFF' ORDER BY rw.word LIMIT 1)) INTO near;
    IF near IS NULL THEN
      RETURN 0;
    ELSIF near <> w THEN
      least := 1;
    END IF;
  END LOOP;
  RETURN least;
END $$;

CREATE FUNCTION public.registry_layout(typed text[], other text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  meant text[] := typed;
  knows int[] := '{}';
  swapped boolean := false;
BEGIN
  FOR i IN 1..cardinality(typed) LOOP
    knows[i] := 2;
    CONTINUE WHEN other[i] IS NULL;
    knows[i] := registry_knows(typed[i]);
    IF knows[i] = 0 AND (other[i] <> '' AND registry_knows(other[i]) > 0) THEN
      meant[i] := other[i];
      swapped := true;
    END IF;
  END LOOP;
  IF swapped THEN -- who has forgotten to switch has done so for the other words too
    FOR i IN 1..cardinality(typed) LOOP
      IF knows[i] < 2 AND (other[i] = '' OR meant[i] = typed[i] AND registry_knows(other[i]) >= knows[i]) THEN
        meant[i] := other[i];
      END IF;
    END LOOP;
  END IF;
  RETURN array_remove(meant, '');
END $$;

CREATE FUNCTION public.registry_lines(ids integer[], n integer) RETURNS integer[]
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
  IF cardinality(ids) = 1 AND n <= 100 THEN
    RETURN COALESCE((SELECT p.ords[1:n] FROM registry_posting p WHERE p.word = ids[1] ORDER BY p.first LIMIT 1), '{}');
  END IF;
  RETURN ARRAY(SELECT DISTINCT o FROM unnest(ids) w,
    LATERAL (SELECT p.ords FROM registry_posting p WHERE p.word = w ORDER BY p.first LIMIT 1 + n / 1000) f, unnest(f.ords[1:n]) o
    ORDER BY o LIMIT n);
END $$;

CREATE FUNCTION public.registry_rank(got integer[], numb text, said text, w text[], inside boolean, f public.registry_filter, most integer, OUT ords integer[], OUT ranks integer[]) RETURNS record
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  whole text[];  -- patterns
  begun text[];
  parts text[];
  inner_parts text[];
  alike text[];  -- of which one is enough
  last int := cardinality(w);
BEGIN
  FOR i IN 1..last LOOP
    IF strpos(w[i], '|') > 0 THEN
      alike := alike || ARRAY(SELECT '% ' || x || ' %' FROM unnest(string_to_array(w[i], '|')) x);
      CONTINUE;
    END IF;
    whole := whole || ('% ' || w[i] || ' %');
    begun := begun || ('% ' || w[i] || CASE WHEN i < last THEN ' %' ELSE '%' END);
    parts := parts || ('% ' || w[i] || '%');
    inner_parts := inner_parts || (CASE WHEN length(w[i]) < 3 THEN '% ' ELSE '%' END || w[i] || '%');
  END LOOP;
  whole := COALESCE(whole, '{}'); begun := COALESCE(begun, '{}'); parts := COALESCE(parts, '{}'); inner_parts := COALESCE(inner_parts, '{}');
  SELECT array_agg(r.ord), array_agg(r.rank) INTO ords, ranks FROM (
    SELECT d.ord, CASE
        WHEN numb <> '' AND numb IN (d.inn, d.ogrn, d.kpp) THEN 1
        WHEN numb <> '' AND (starts_with(d.inn, numb) OR starts_with(d.ogrn, numb) OR starts_with(d.kpp, numb)) THEN 2
        WHEN last = 0 AND numb = '' THEN 0
        WHEN last = 0 THEN NULL
        WHEN d.norm = said THEN 3
        WHEN starts_with(d.norm, said) THEN 4
        WHEN alike IS NULL AND t.names LIKE ALL (whole) THEN 5
        WHEN alike IS NULL AND t.names LIKE ALL (begun) THEN 6
        ELSE (SELECT CASE -- heads are looked at only when the names do not answer
            WHEN alike IS NOT NULL AND NOT h.words LIKE ANY (alike) THEN NULL
            WHEN h.words LIKE ALL (begun) THEN CASE WHEN alike IS NULL THEN 7 ELSE 5 END
            WHEN h.words LIKE ALL (parts) THEN 8
            WHEN inside AND h.words LIKE ALL (inner_parts) THEN 9
          END FROM (SELECT t.names || translate(upper(d.head), 'Ё,-', 'Е  ') || ' ' AS words OFFSET 0) h)
      END AS rank
    FROM unnest(got) o JOIN registry_doc d ON d.ord = o,
      LATERAL (SELECT ' ' || d.norm || ' ' || d.more || ' ' AS names OFFSET 0) t -- once a line
    WHERE (f.regions = '{}' OR d.region = ANY (f.regions)) AND (NOT f.live OR d.state <> 'closed') AND (f.kind = '' OR d.kind = f.kind)
      AND (f.forms = '{}' OR d.form LIKE ANY (f.forms)) AND (f.okved = '' OR d.okved LIKE f.okved)
    ORDER BY rank, d.state = 'closed', d.region = f.home DESC, d.ord LIMIT most) r
  WHERE r.rank IS NOT NULL;
END $$;

CREATE FUNCTION public.registry_search(numb text, typed text[], other text[], f public.registry_filter, most integer) RETURNS TABLE(rank integer, ogrn text, inn text, kpp text, name text, region text, state text, head text, place text, cut boolean)
    LANGUAGE plpgsql STABLE ROWS 20
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_memoize TO 'off'
    SET enable_material TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
  said text;
  w text[];
  k int;
  filtered boolean := f.regions <> '{}' OR f.live OR f.kind <> '' OR f.forms <> '{}' OR f.okved <> '';
  n int := CASE WHEN filtered THEN 1000 ELSE greatest(2 * most, 40) END; -- lines looked at of one list
  seen int[] := '{}';
  next int[];
  best int[] := '{}';
  ranks int[] := '{}';
  got record;
  modes text;
BEGIN
  PERFORM FROM registry_index; -- where a search waits while new tables are put in place
  said := array_to_string(registry_layout(typed, other), ' ');
  w := ARRAY(SELECT v FROM unnest(string_to_array(said, ' ')) WITH ORDINALITY u(v, at) GROUP BY v ORDER BY min(at)); -- a word typed twice is one
  k := cardinality(w);
  FOR pass IN 1..4 LOOP
    EXIT WHEN cardinality(best) >= most;
    next := '{}';
    IF pass = 1 THEN -- numbers, the whole name, its beginning
      IF numb <> '' THEN
        next := ARRAY(SELECT d.ord FROM registry_doc d WHERE d.inn >= numb AND d.inn < numb || ':' AND d.inn <> '' ORDER BY d.inn LIMIT n)
          || ARRAY(SELECT d.ord FROM registry_doc d WHERE d.ogrn >= numb AND d.ogrn < numb || ':' ORDER BY d.ogrn LIMIT n)
          || ARRAY(SELECT d.ord FROM registry_doc d WHERE d.kpp >= numb AND d.kpp < numb || ':' AND d.kpp <> '' ORDER BY d.kpp LIMIT n);
      ELSIF k = 0 THEN
        next := ARRAY(SELECT d.ord FROM registry_doc d ORDER BY d.ord LIMIT n);
      END IF;
      IF k > 0 THEN
        next := next || ARRAY(SELECT d.ord FROM registry_doc d WHERE d.norm = said ORDER BY d.ord LIMIT n);
        IF cardinality(next) < most OR filtered THEN
          next := next || ARRAY(SELECT p.ord FROM (SELECT d.ord FROM registry_doc d WHERE d.norm > said AND d.norm < said || U&'\+10FFFF' ORDER BY d.norm LIMIT 200 + n) p ORDER BY 1 LIMIT n);
        END IF;
        IF k = 1 OR cardinality(next) < most OR filtered THEN -- ranked together with what has the words
          next := next | (registry_gather(w, repeat('e', k), f.regions, n) | registry_gather(w, repeat('e', k - 1) || 'b', f.regions, n))[1:CASE WHEN filtered THEN 2000 WHEN k = 1 THEN 2 * n ELSE 150 END];
        END IF;
      END IF;
    ELSIF pass = 2 AND k > 1 THEN -- the rest of those
      next := registry_gather(w, repeat('e', k), f.regions, n) | registry_gather(w, repeat('e', k - 1) || 'b', f.regions, n);
    ELSIF pass = 3 AND k > 1 THEN -- beginnings of all words
      next := registry_gather(w, repeat('b', k), f.regions, n);
    ELSIF pass = 4 AND k > 0 AND cardinality(best) < 5 AND strpos(said, '|') = 0 THEN -- what stands inside words
      modes := '';
      FOR i IN 1..k LOOP
        modes := modes || CASE WHEN length(w[i]) >= 3 AND (k = 1 OR registry_knows(w[i]) = 0) THEN 'i' ELSE 'b' END;
      END LOOP;
      IF strpos(modes, 'i') > 0 THEN
        next := registry_gather(w, modes, f.regions, n);
      END IF;
    END IF;
    next := (uniq(sort(next)) - seen)[1:CASE WHEN filtered THEN 2000 ELSE 600 END];
    CONTINUE WHEN next = '{}';
    seen := seen | next;
    SELECT * INTO got FROM registry_rank(next, numb, said, w, pass = 4, f, most - cardinality(best));
    best := best || COALESCE(got.ords, '{}');
    ranks := ranks || COALESCE(got.ranks, '{}');
  END LOOP;
  RETURN QUERY SELECT -1, '', '', '', said, '', '', '', '', filtered AND cardinality(seen) >= 100 AND cardinality(best) < most;
  RETURN QUERY SELECT b.rank, d.ogrn, d.inn, d.kpp, d.name, d.region, d.state, d.head, d.place, false
    FROM unnest(best, ranks) WITH ORDINALITY b(ord, rank, at) JOIN registry_doc d ON d.ord = b.ord ORDER BY b.at;
END $$;

CREATE FUNCTION public.registry_spelt(w text, begun boolean, OUT ids integer[], OUT hot integer[], OUT total bigint, OUT more boolean, OUT lists integer[]) RETURNS record
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
  side record;
BEGIN
  more := false; lists := '{}';
  IF NOT begun OR strpos(w, '|') > 0 THEN -- alternatives are words of the dictionary
    SELECT COALESCE(array_agg(rw.id), '{}'), COALESCE(array_agg(rw.id) FILTER (WHERE rw.hot), '{}'), COALESCE(sum(rw.df), 0) INTO ids, hot, total
    FROM unnest(string_to_array(w || '|@' || replace(w, '|', '|@'), '|')) s JOIN registry_word rw ON rw.word = s;
    RETURN;
  END IF;
  ids := '{}'; hot := '{}'; total := 0;
  FOR at IN 0..1 LOOP
    SELECT COALESCE(array_agg(f.id), '{}') ids, COALESCE(array_agg(f.id) FILTER (WHERE f.hot), '{}') hot, COALESCE(sum(f.df), 0) total INTO side
    FROM (SELECT rw.id, rw.df, rw.hot FROM registry_word rw WHERE rw.word >= repeat('@', at) || w AND rw.word < repeat('@', at) || w || U&'\+10FFFF' ORDER BY rw.word LIMIT 65) f;
    IF cardinality(side.ids) > 64 THEN
      more := true;
      lists := lists | COALESCE((SELECT p.ords FROM registry_prefix p WHERE p.prefix = left(repeat('@', at) || w, 8 + at)), '{}');
    END IF;
    ids := ids || side.ids; hot := hot || side.hot; total := total + side.total;
  END LOOP;
END $$;

CREATE FUNCTION public.revoked_is_not_active() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM active_certificate WHERE partner_id = NEW.partner_id AND certificate_id = NEW.id;
  IF FOUND THEN
    INSERT INTO active_certificate_event (partner_id, owner_id, certificate_id, at, kind, text)
      VALUES (NEW.partner_id, NEW.owner_id, NEW.id, NEW.revoked_at, 'stop', 'Больше не активный: аннулирован.');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.river_job_state_in_bitmask(bitmask bit, state public.river_job_state) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE state
        WHEN 'available' THEN get_bit(bitmask, 7)
        WHEN 'cancelled' THEN get_bit(bitmask, 6)
        WHEN 'completed' THEN get_bit(bitmask, 5)
        WHEN 'discarded' THEN get_bit(bitmask, 4)
        WHEN 'pending'   THEN get_bit(bitmask, 3)
        WHEN 'retryable' THEN get_bit(bitmask, 2)
        WHEN 'running'   THEN get_bit(bitmask, 1)
        WHEN 'scheduled' THEN get_bit(bitmask, 0)
        ELSE 0
    END = 1;
$$;

CREATE PROCEDURE public.wall(IN tab regclass)
    LANGUAGE plpgsql
    AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('CREATE POLICY partner_only ON %s USING (partner_id = app_partner()) WITH CHECK (partner_id = app_partner())', tab);
END $$;

CREATE TABLE public.accounting_document (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    shipment_id bigint NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    issued_on date NOT NULL,
    amount bigint NOT NULL,
    vat_amount bigint NOT NULL,
    ref text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT accounting_document_kind_check CHECK ((kind = ANY (ARRAY['act'::text, 'invoice'::text, 'utd'::text, 'licence'::text])))
);

ALTER TABLE public.accounting_document ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.accounting_document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounting_file (
    partner_id bigint NOT NULL,
    document_id bigint NOT NULL,
    file_id uuid NOT NULL,
    ref text NOT NULL
);

CREATE TABLE public.active_certificate (
    owner_id bigint NOT NULL,
    partner_id bigint NOT NULL,
    ready_id bigint,
    ready_status text GENERATED ALWAYS AS (
CASE
    WHEN (ready_id IS NOT NULL) THEN 'valid'::text
    ELSE NULL::text
END) STORED,
    certificate_id bigint,
    chosen_at timestamp with time zone NOT NULL,
    chosen_by bigint,
    CONSTRAINT active_certificate_check CHECK ((num_nonnulls(ready_id, certificate_id) = 1))
);

CREATE TABLE public.active_certificate_event (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    ready_id bigint,
    certificate_id bigint,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    kind text NOT NULL,
    text text NOT NULL,
    CONSTRAINT active_certificate_event_check CHECK ((num_nonnulls(ready_id, certificate_id) = 1)),
    CONSTRAINT active_certificate_event_kind_check CHECK ((kind = ANY (ARRAY['done'::text, 'stop'::text])))
);

ALTER TABLE public.active_certificate_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.active_certificate_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.application (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    number text NOT NULL,
    org_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    centre_id bigint NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    status_reason text DEFAULT ''::text NOT NULL,
    seen jsonb DEFAULT '{}'::jsonb NOT NULL,
    head_signed_at timestamp with time zone,
    head_signed_by bigint,
    approved_by bigint,
    taken_by bigint,
    changed_by bigint,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint NOT NULL,
    approved_at timestamp with time zone,
    approved_data bytea,
    head_signed_data bytea,
    head_name text DEFAULT ''::text NOT NULL,
    CONSTRAINT application_reason_check CHECK ((reason = ANY (ARRAY['first'::text, 'expiring'::text, 'expired'::text, 'name_changed'::text, 'login_changed'::text, 'crypto_changed'::text]))),
    CONSTRAINT application_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'registry_check'::text, 'head_signature'::text, 'head_check'::text, 'review'::text, 'approved'::text, 'requested'::text, 'issued'::text, 'done'::text, 'rejected'::text, 'withdrawn'::text])))
);

CREATE TABLE public.application_event (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    application_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    step text NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    CONSTRAINT application_event_kind_check CHECK ((kind = ANY (ARRAY['done'::text, 'wait'::text, 'stop'::text, 'note'::text]))),
    CONSTRAINT application_event_step_check CHECK ((step = ANY (ARRAY['contract'::text, 'extract'::text, 'head'::text, 'review'::text, 'passport'::text, 'snils'::text, 'inn'::text, 'request'::text, 'ca'::text, 'install'::text, 'esia'::text, 'receipt'::text, 'shipment'::text, 'case'::text])))
);

ALTER TABLE public.application_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.application_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.application ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.application_number
    START WITH 431
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.audit_head (
    partner_id bigint NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.audit_record (
    partner_id bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id bigint,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    org_id bigint,
    details text DEFAULT '{}'::text NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.bun_migration_locks (
    id bigint NOT NULL,
    table_name character varying
);

CREATE SEQUENCE public.bun_migration_locks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.bun_migration_locks_id_seq OWNED BY public.bun_migration_locks.id;

CREATE TABLE public.bun_migrations (
    id bigint NOT NULL,
    name character varying,
    group_id bigint,
    migrated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE SEQUENCE public.bun_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.bun_migrations_id_seq OWNED BY public.bun_migrations.id;

CREATE TABLE public.centre (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    name text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    timezone text DEFAULT 'Europe/Moscow'::text NOT NULL,
    CONSTRAINT centre_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.centre ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.centre_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cert_request (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    application_id bigint NOT NULL,
    org_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    profile text NOT NULL,
    carrier_type text NOT NULL,
    carrier_number text NOT NULL,
    subject_der bytea NOT NULL,
    subject_text text NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    csr bytea,
    key_hash bytea,
    transaction_id bytea,
    confirmed_at timestamp with time zone,
    ca_text text DEFAULT ''::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by bigint NOT NULL,
    authority text DEFAULT ''::text NOT NULL,
    centre_id bigint,
    CONSTRAINT cert_request_carrier_type_check CHECK ((carrier_type = ANY (ARRAY['rutoken'::text, 'rutoken_lite'::text, 'jacarta_lt'::text, 'esmart'::text, 'flash'::text, 'registry'::text]))),
    CONSTRAINT cert_request_status_check CHECK ((status = ANY (ARRAY['prepared'::text, 'made'::text, 'sent'::text, 'waiting'::text, 'issued'::text, 'refused'::text, 'abandoned'::text])))
);

ALTER TABLE public.cert_request ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.cert_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.certificate (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    request_id bigint NOT NULL,
    application_id bigint NOT NULL,
    org_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    serial text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL,
    subject text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    der bytea NOT NULL,
    carrier_type text NOT NULL,
    carrier_number text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by bigint NOT NULL,
    installed_at timestamp with time zone,
    installed_by bigint,
    receipt_printed_at timestamp with time zone,
    receipt_printed_by bigint,
    receipt_confirmed_at timestamp with time zone,
    receipt_confirmed_by bigint,
    revoked_at timestamp with time zone,
    receipt_file_id uuid,
    chain bytea DEFAULT '\x'::bytea NOT NULL
);

ALTER TABLE public.certificate ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connection_test (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    system text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    started_by bigint NOT NULL,
    finished_at timestamp with time zone,
    steps jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE public.connection_test ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.connection_test_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contract (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    name text NOT NULL,
    number text NOT NULL,
    signed_on date NOT NULL,
    ends_on date,
    active boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by bigint,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by bigint
);

ALTER TABLE public.contract ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contract_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.employee (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    centre_id bigint NOT NULL,
    role text NOT NULL,
    login text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    password_hash text DEFAULT ''::text NOT NULL,
    oidc_issuer text DEFAULT ''::text NOT NULL,
    oidc_subject text DEFAULT ''::text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    failed_attempts integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT employee_login_check CHECK (((login = lower(login)) AND (login <> ''::text))),
    CONSTRAINT employee_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.employee ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.employee_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.esia_account (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    oid text DEFAULT ''::text NOT NULL,
    message_id bigint,
    sent_at timestamp with time zone NOT NULL,
    sent_by bigint NOT NULL,
    CONSTRAINT esia_account_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'validating'::text, 'succeeded'::text, 'failed'::text])))
);

ALTER TABLE public.esia_account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.esia_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.esia_registration (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    message_id bigint,
    sent_at timestamp with time zone NOT NULL,
    sent_by bigint NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    errors jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT esia_registration_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'validating'::text, 'succeeded'::text, 'failed'::text])))
);

ALTER TABLE public.esia_registration ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.esia_registration_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.exchange_answer (
    message_id text NOT NULL,
    reference_id text NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    content bytea,
    final boolean NOT NULL,
    received_at timestamp with time zone NOT NULL,
    acked_at timestamp with time zone,
    question bigint,
    sealed bytea,
    key_id text,
    sender text DEFAULT ''::text NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT exchange_answer_check CHECK (((sealed IS NULL) = (key_id IS NULL))),
    CONSTRAINT exchange_answer_kind_check CHECK ((kind = ANY (ARRAY['content'::text, 'progress'::text, 'rejected'::text, 'no_data'::text, 'failed'::text])))
);

CREATE TABLE public.exchange_file (
    id bigint NOT NULL,
    answer_id text NOT NULL,
    no integer NOT NULL,
    stored boolean NOT NULL,
    name text NOT NULL,
    mime text NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    next_at timestamp with time zone,
    verdict text DEFAULT ''::text NOT NULL,
    signer text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    sealed bytea,
    key_id text,
    CONSTRAINT exchange_file_check CHECK (((sealed IS NULL) = (key_id IS NULL))),
    CONSTRAINT exchange_file_check1 CHECK (((status = 'waiting'::text) = (next_at IS NOT NULL))),
    CONSTRAINT exchange_file_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'kept'::text, 'refused'::text]))),
    CONSTRAINT exchange_file_verdict_check CHECK ((verdict = ANY (ARRAY[''::text, 'good'::text, 'bad'::text, 'none'::text])))
);

ALTER TABLE public.exchange_file ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.exchange_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.exchange_file_part (
    id uuid NOT NULL,
    file bigint NOT NULL,
    no integer NOT NULL,
    size integer NOT NULL,
    at timestamp with time zone NOT NULL,
    sealed bytea,
    key_id text,
    CONSTRAINT exchange_file_part_check CHECK (((sealed IS NULL) = (key_id IS NULL)))
);

CREATE TABLE public.exchange_former_id (
    message_id text NOT NULL,
    message bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.exchange_line (
    name text NOT NULL,
    holder text NOT NULL,
    at timestamp with time zone NOT NULL,
    ok_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    error_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    skew_ms bigint,
    skew_at timestamp with time zone,
    next_at timestamp with time zone
);

CREATE TABLE public.exchange_message (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    message_id text NOT NULL,
    content bytea,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    next_at timestamp with time zone,
    answered_at timestamp with time zone,
    sealed bytea,
    key_id text,
    fault text DEFAULT ''::text NOT NULL,
    expires_at timestamp with time zone,
    looked_at timestamp with time zone,
    progress text DEFAULT ''::text NOT NULL,
    resends bigint,
    resent_by bigint,
    CONSTRAINT exchange_message_check CHECK (((content IS NULL) OR (sealed IS NULL))),
    CONSTRAINT exchange_message_check1 CHECK (((sealed IS NULL) = (key_id IS NULL))),
    CONSTRAINT exchange_message_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'answered'::text, 'refused'::text])))
);

ALTER TABLE public.exchange_message ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.exchange_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.exchange_said (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    sealed bytea,
    key_id text,
    CONSTRAINT exchange_said_check CHECK (((sealed IS NULL) = (key_id IS NULL)))
);

CREATE TABLE public.exchange_wire (
    id uuid NOT NULL,
    message bigint,
    answer_id text,
    operation text NOT NULL,
    sent boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    status integer NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    verdict text NOT NULL,
    signer text DEFAULT ''::text NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    sealed bytea,
    key_id text,
    CONSTRAINT exchange_wire_check CHECK (((sealed IS NULL) = (key_id IS NULL))),
    CONSTRAINT exchange_wire_verdict_check CHECK ((verdict = ANY (ARRAY['own'::text, 'good'::text, 'bad'::text, 'none'::text])))
);

CREATE TABLE public."extract" (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    file_id uuid,
    signature_file_id uuid,
    extract_date date,
    signature text NOT NULL,
    signature_text text NOT NULL,
    signer text DEFAULT ''::text NOT NULL,
    verdict text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    signed_at timestamp with time zone,
    signed_source text DEFAULT ''::text NOT NULL,
    certificate_then text DEFAULT ''::text NOT NULL,
    certificate_now text DEFAULT ''::text NOT NULL,
    certificate_from timestamp with time zone,
    certificate_until timestamp with time zone,
    source text DEFAULT 'file'::text NOT NULL,
    number text DEFAULT ''::text NOT NULL,
    record jsonb,
    card_version integer DEFAULT 0 NOT NULL,
    compared_at timestamp with time zone,
    blocks boolean DEFAULT false NOT NULL,
    signatures jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT extract_certificate_now_check CHECK ((certificate_now = ANY (ARRAY[''::text, 'good'::text, 'early'::text, 'expired'::text, 'issuer'::text, 'revoked'::text, 'untrusted'::text]))),
    CONSTRAINT extract_certificate_then_check CHECK ((certificate_then = ANY (ARRAY[''::text, 'good'::text, 'early'::text, 'expired'::text, 'issuer'::text, 'revoked'::text, 'untrusted'::text]))),
    CONSTRAINT extract_check CHECK (((file_id IS NOT NULL) OR (source = 'dadata'::text))),
    CONSTRAINT extract_signature_check CHECK ((signature = ANY (ARRAY['good'::text, 'past'::text, 'bad'::text, 'missing'::text, 'untrusted'::text]))),
    CONSTRAINT extract_signed_source_check CHECK ((signed_source = ANY (ARRAY[''::text, 'claimed'::text, 'extract'::text]))),
    CONSTRAINT extract_source_check CHECK ((source = ANY (ARRAY['file'::text, 'smev'::text, 'dadata'::text]))),
    CONSTRAINT extract_verdict_check CHECK ((verdict = ANY (ARRAY['same'::text, 'note'::text, 'warn'::text, 'renew'::text, 'stop'::text])))
);

CREATE TABLE public.extract_decision (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    extract_id bigint NOT NULL,
    field text NOT NULL,
    verdict text NOT NULL,
    card_value text NOT NULL,
    taken_value text NOT NULL,
    card_version integer NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL
);

ALTER TABLE public.extract_decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.extract_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public."extract" ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.extract_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.extract_request (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    message_id bigint,
    extract_id bigint,
    requested_at timestamp with time zone NOT NULL,
    requested_by bigint NOT NULL,
    CONSTRAINT extract_request_check CHECK (((status = 'received'::text) = (extract_id IS NOT NULL))),
    CONSTRAINT extract_request_kind_check CHECK ((kind = ANY (ARRAY['egrul'::text, 'egrip'::text]))),
    CONSTRAINT extract_request_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'received'::text, 'not_found'::text, 'refused'::text])))
);

ALTER TABLE public.extract_request ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.extract_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.extract_row (
    partner_id bigint NOT NULL,
    extract_id bigint NOT NULL,
    "position" integer NOT NULL,
    field text NOT NULL,
    label text NOT NULL,
    card_value text NOT NULL,
    extract_value text NOT NULL,
    verdict text NOT NULL,
    hint text DEFAULT ''::text NOT NULL,
    takeable boolean DEFAULT false NOT NULL,
    taken_at timestamp with time zone,
    taken_by bigint,
    blocks boolean DEFAULT false NOT NULL,
    CONSTRAINT extract_row_verdict_check CHECK ((verdict = ANY (ARRAY['same'::text, 'note'::text, 'warn'::text, 'renew'::text, 'stop'::text])))
);

CREATE TABLE public.file_reading (
    file_id uuid NOT NULL,
    partner_id bigint NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT file_reading_kind_check CHECK ((kind = ANY (ARRAY['service'::text, 'copy'::text, 'scan'::text, 'other_fns'::text, 'encrypted'::text])))
);

CREATE TABLE public.gar_house (
    id bigint NOT NULL,
    objectid bigint NOT NULL,
    guid uuid NOT NULL,
    num text NOT NULL,
    num1 text NOT NULL,
    num2 text NOT NULL,
    type integer NOT NULL,
    type1 integer NOT NULL,
    type2 integer NOT NULL,
    norm text NOT NULL COLLATE pg_catalog."C",
    current boolean NOT NULL,
    updated date NOT NULL,
    alive boolean,
    parent bigint
);

CREATE TABLE public.gar_import (
    dump text NOT NULL COLLATE pg_catalog."C",
    member text NOT NULL COLLATE pg_catalog."C",
    records bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.gar_link (
    id bigint NOT NULL,
    mun boolean NOT NULL,
    objectid bigint NOT NULL,
    region text NOT NULL COLLATE pg_catalog."C",
    parent bigint NOT NULL,
    path text NOT NULL COLLATE pg_catalog."C",
    active boolean NOT NULL,
    updated date NOT NULL
);

CREATE UNLOGGED TABLE public.gar_load_house (
    id bigint,
    objectid bigint,
    guid uuid,
    num text,
    num1 text,
    num2 text,
    type integer,
    type1 integer,
    type2 integer,
    norm text COLLATE pg_catalog."C",
    current boolean,
    updated date,
    turn bigint
);

CREATE UNLOGGED TABLE public.gar_load_link (
    id bigint,
    mun boolean,
    objectid bigint,
    region text COLLATE pg_catalog."C",
    parent bigint,
    path text COLLATE pg_catalog."C",
    active boolean,
    updated date,
    turn bigint
);

CREATE UNLOGGED TABLE public.gar_load_object (
    id bigint,
    objectid bigint,
    guid uuid,
    level smallint,
    name text,
    typename text,
    norm text COLLATE pg_catalog."C",
    current boolean,
    place boolean,
    updated date,
    turn bigint
);

CREATE UNLOGGED TABLE public.gar_load_param (
    id bigint,
    objectid bigint,
    type smallint,
    value text COLLATE pg_catalog."C",
    since date,
    until date,
    updated date,
    turn bigint
);

CREATE UNLOGGED TABLE public.gar_load_registry (
    objectid bigint,
    active boolean,
    updated date,
    turn bigint
);

CREATE UNLOGGED TABLE public.gar_load_type (
    kind text,
    id bigint,
    level smallint,
    short text,
    name text,
    active boolean,
    updated date,
    turn bigint
);

CREATE UNLOGGED TABLE public.gar_loading (
    dump text NOT NULL COLLATE pg_catalog."C",
    member text NOT NULL COLLATE pg_catalog."C",
    records bigint NOT NULL,
    done boolean NOT NULL
);

CREATE TABLE public.gar_object (
    id bigint NOT NULL,
    objectid bigint NOT NULL,
    guid uuid NOT NULL,
    level smallint NOT NULL,
    name text NOT NULL,
    typename text NOT NULL,
    norm text NOT NULL COLLATE pg_catalog."C",
    current boolean NOT NULL,
    place boolean NOT NULL,
    updated date NOT NULL,
    alive boolean,
    region text COLLATE pg_catalog."C",
    parent bigint,
    town bigint,
    path bigint[],
    inside text COLLATE pg_catalog."C"
);

CREATE TABLE public.gar_param (
    id bigint NOT NULL,
    objectid bigint NOT NULL,
    type smallint NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    since date NOT NULL,
    until date NOT NULL,
    updated date NOT NULL
);

CREATE TABLE public.gar_registry (
    objectid bigint NOT NULL,
    active boolean NOT NULL,
    updated date NOT NULL
);

CREATE TABLE public.gar_rest (
    rest text NOT NULL COLLATE pg_catalog."C",
    word text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE public.gar_type (
    kind text NOT NULL,
    id bigint NOT NULL,
    level smallint NOT NULL,
    short text NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    updated date NOT NULL,
    CONSTRAINT gar_type_kind_check CHECK ((kind = ANY (ARRAY['object'::text, 'house'::text, 'part'::text])))
);

CREATE TABLE public.gar_word (
    scope bigint NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    id bigint NOT NULL
);

CREATE TABLE public.licence (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    service_id bigint NOT NULL,
    kind text NOT NULL,
    info text NOT NULL,
    issued_on date NOT NULL,
    valid_to date
);

ALTER TABLE public.licence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.licence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notice (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint,
    application_id bigint,
    channel text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    secret boolean NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    key text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    sent_at timestamp with time zone,
    CONSTRAINT notice_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text]))),
    CONSTRAINT notice_key_check CHECK ((key <> ''::text)),
    CONSTRAINT notice_recipient_check CHECK ((recipient <> ''::text)),
    CONSTRAINT notice_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);

ALTER TABLE public.notice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.org_address (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    kind text NOT NULL,
    postcode text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    region_name text DEFAULT ''::text NOT NULL,
    locality text DEFAULT ''::text NOT NULL,
    street text DEFAULT ''::text NOT NULL,
    house text DEFAULT ''::text NOT NULL,
    full_text text NOT NULL,
    fias_id text DEFAULT ''::text NOT NULL,
    unreliable boolean DEFAULT false NOT NULL,
    place_id text DEFAULT ''::text NOT NULL,
    area text DEFAULT ''::text NOT NULL,
    street_id text DEFAULT ''::text NOT NULL,
    street2 text DEFAULT ''::text NOT NULL,
    street2_id text DEFAULT ''::text NOT NULL,
    house_id text DEFAULT ''::text NOT NULL,
    building text DEFAULT ''::text NOT NULL,
    room text DEFAULT ''::text NOT NULL,
    no_street boolean DEFAULT false NOT NULL,
    same_as_legal boolean DEFAULT false NOT NULL,
    okato text DEFAULT ''::text NOT NULL,
    oktmo text DEFAULT ''::text NOT NULL,
    typed boolean DEFAULT false NOT NULL,
    agreed boolean DEFAULT false NOT NULL,
    manual boolean DEFAULT false NOT NULL,
    CONSTRAINT org_address_kind_check CHECK ((kind = ANY (ARRAY['legal'::text, 'actual'::text, 'postal'::text])))
);

ALTER TABLE public.org_address ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.org_address_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.org_bank_account (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    bik text NOT NULL COLLATE pg_catalog."C",
    bank_name text DEFAULT ''::text NOT NULL,
    account text NOT NULL COLLATE pg_catalog."C",
    corr text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    main boolean DEFAULT false NOT NULL
);

ALTER TABLE public.org_bank_account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.org_bank_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.org_change (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    field text NOT NULL,
    old_value text NOT NULL,
    new_value text NOT NULL,
    source text NOT NULL,
    CONSTRAINT org_change_source_check CHECK ((source = ANY (ARRAY['register'::text, 'extract'::text, 'operator'::text, 'client'::text, 'scan'::text, 'dadata'::text])))
);

ALTER TABLE public.org_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.org_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.org_head (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    surname text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    patronymic text DEFAULT ''::text NOT NULL,
    inn text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    title text DEFAULT ''::text NOT NULL,
    since date,
    unreliable boolean DEFAULT false NOT NULL,
    title_typed boolean DEFAULT false NOT NULL
);

ALTER TABLE public.org_head ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.org_head_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.org_search (
    org_id bigint NOT NULL,
    partner_id bigint NOT NULL,
    inn text NOT NULL COLLATE pg_catalog."C",
    ogrn text NOT NULL COLLATE pg_catalog."C",
    kpp text NOT NULL COLLATE pg_catalog."C",
    words text NOT NULL,
    active boolean NOT NULL
);

CREATE TABLE public.org_word (
    partner_id bigint NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL
);

CREATE TABLE public.organisation (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    kind text NOT NULL,
    inn text NOT NULL COLLATE pg_catalog."C",
    kpp text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    ogrn text NOT NULL COLLATE pg_catalog."C",
    full_name text NOT NULL,
    short_name text DEFAULT ''::text NOT NULL,
    legal_form text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    status_text text DEFAULT ''::text NOT NULL,
    registered_on date,
    tax_office text DEFAULT ''::text NOT NULL,
    okved text DEFAULT ''::text NOT NULL,
    okved_name text DEFAULT ''::text NOT NULL,
    capital bigint,
    phone text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    register_date date,
    register_card jsonb,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by bigint,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by bigint,
    deleted_at timestamp with time zone,
    deleted_by bigint,
    deleted boolean DEFAULT false NOT NULL,
    activity text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT organisation_full_name_check CHECK ((full_name <> ''::text)),
    CONSTRAINT organisation_kind_check CHECK ((kind = ANY (ARRAY['legal'::text, 'sole'::text]))),
    CONSTRAINT organisation_status_check CHECK ((status = ANY (ARRAY['active'::text, 'liquidating'::text, 'reorganising'::text, 'excluding'::text, 'bankrupt'::text, 'closed'::text, 'unknown'::text])))
);

ALTER TABLE public.organisation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.owner (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    surname text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    patronymic text DEFAULT ''::text NOT NULL,
    snils text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    inn text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    title text DEFAULT ''::text NOT NULL,
    department text DEFAULT ''::text NOT NULL,
    region text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    region_name text DEFAULT ''::text NOT NULL,
    locality text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    is_head boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by bigint,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by bigint,
    deleted_at timestamp with time zone,
    deleted_by bigint,
    deleted boolean DEFAULT false NOT NULL,
    CONSTRAINT owner_surname_check CHECK ((surname <> ''::text))
);

CREATE TABLE public.owner_check (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    kind text NOT NULL,
    fingerprint bytea NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    value text DEFAULT ''::text NOT NULL,
    message_id bigint,
    requested_at timestamp with time zone NOT NULL,
    requested_by bigint NOT NULL,
    decided_by bigint,
    scan_file_id uuid,
    CONSTRAINT owner_check_kind_check CHECK ((kind = ANY (ARRAY['passport'::text, 'snils'::text, 'inn'::text, 'snils_by_data'::text]))),
    CONSTRAINT owner_check_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'positive'::text, 'negative'::text, 'not_found'::text, 'refused'::text, 'overridden'::text])))
);

ALTER TABLE public.owner_check ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.owner_check_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.owner ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.owner_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.owner_word (
    partner_id bigint NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    owner_id bigint NOT NULL
);

CREATE TABLE public.partner (
    id bigint NOT NULL,
    name text NOT NULL,
    inn text NOT NULL COLLATE pg_catalog."C",
    kpp text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    ogrn text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT partner_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.partner ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.partner_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.passport (
    owner_id bigint NOT NULL,
    partner_id bigint NOT NULL,
    doc_type text DEFAULT 'rf_passport'::text NOT NULL,
    citizenship text DEFAULT 'RUS'::text NOT NULL COLLATE pg_catalog."C",
    series text DEFAULT ''::text NOT NULL,
    number text DEFAULT ''::text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    issued_by text DEFAULT ''::text NOT NULL,
    issued_on date,
    valid_until date,
    sex text DEFAULT ''::text NOT NULL,
    birth_date date,
    birth_place text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by bigint,
    CONSTRAINT passport_doc_type_check CHECK ((doc_type = ANY (ARRAY['rf_passport'::text, 'foreign_passport'::text, 'residence_permit'::text, 'temporary_permit'::text, 'refugee'::text, 'other'::text]))),
    CONSTRAINT passport_sex_check CHECK ((sex = ANY (ARRAY[''::text, 'M'::text, 'F'::text])))
);

CREATE TABLE public.personal_view (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id bigint NOT NULL,
    object text NOT NULL,
    reason text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.personal_view ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.personal_view_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.product (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    unit text DEFAULT 'шт.'::text NOT NULL,
    price bigint NOT NULL,
    vat text NOT NULL,
    CONSTRAINT product_kind_check CHECK ((kind = ANY (ARRAY['issue'::text, 'service'::text, 'licence'::text, 'goods'::text]))),
    CONSTRAINT product_price_check CHECK ((price >= 0)),
    CONSTRAINT product_vat_check CHECK ((vat = ANY (ARRAY['none'::text, '0'::text, '5'::text, '7'::text, '10'::text, '20'::text, '22'::text])))
);

ALTER TABLE public.product ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.product_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ready_certificate (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    serial text NOT NULL COLLATE pg_catalog."C",
    issuer text NOT NULL,
    subject text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    der bytea NOT NULL,
    chain bytea NOT NULL,
    crypto_type text NOT NULL,
    checks jsonb NOT NULL,
    limits text DEFAULT ''::text NOT NULL,
    limits_read_at timestamp with time zone,
    limits_read_by bigint,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    status_text text DEFAULT ''::text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    checked_at timestamp with time zone,
    next_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    loaded_by bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT ready_certificate_check CHECK (((limits = ''::text) = (limits_read_at IS NULL))),
    CONSTRAINT ready_certificate_check1 CHECK (((limits_read_at IS NULL) = (limits_read_by IS NULL))),
    CONSTRAINT ready_certificate_crypto_type_check CHECK ((crypto_type = ANY (ARRAY['cpPlugin'::text, 'cpPluginEx'::text, 'other'::text]))),
    CONSTRAINT ready_certificate_status_check CHECK ((status = ANY (ARRAY['checking'::text, 'unchecked'::text, 'valid'::text, 'held'::text, 'revoked'::text, 'untrusted'::text, 'expired'::text])))
);

CREATE TABLE public.ready_certificate_event (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    kind text NOT NULL,
    text text NOT NULL,
    CONSTRAINT ready_certificate_event_kind_check CHECK ((kind = ANY (ARRAY['done'::text, 'wait'::text, 'stop'::text, 'note'::text])))
);

ALTER TABLE public.ready_certificate_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ready_certificate_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.ready_certificate ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ready_certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.register_follow (
    partner_id bigint NOT NULL,
    seen bigint NOT NULL
);

CREATE TABLE public.register_task (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    kind text NOT NULL,
    made date NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    at timestamp with time zone NOT NULL,
    status text NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT register_task_check CHECK (((status = 'new'::text) = (decided_at IS NULL))),
    CONSTRAINT register_task_check1 CHECK (((status = 'dismissed'::text) = (reason <> ''::text))),
    CONSTRAINT register_task_kind_check CHECK ((kind = ANY (ARRAY['head'::text, 'liquidation'::text, 'unreliable'::text, 'renamed'::text]))),
    CONSTRAINT register_task_status_check CHECK ((status = ANY (ARRAY['new'::text, 'taken'::text, 'dismissed'::text])))
);

ALTER TABLE public.register_task ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.register_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.registry_bucket (
    bucket smallint NOT NULL,
    next integer DEFAULT 0 NOT NULL,
    CONSTRAINT registry_bucket_bucket_check CHECK (((bucket >= 0) AND (bucket <= 63))),
    CONSTRAINT registry_bucket_next_check CHECK (((next >= 0) AND (next <= 33554432)))
);

CREATE TABLE public.registry_change (
    id bigint NOT NULL,
    ogrn text NOT NULL COLLATE pg_catalog."C",
    made date NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    what jsonb NOT NULL
);

ALTER TABLE public.registry_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.registry_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.registry_doc (
    ord integer NOT NULL,
    ogrn text NOT NULL COLLATE pg_catalog."C",
    inn text NOT NULL COLLATE pg_catalog."C",
    kpp text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    region text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    form text NOT NULL COLLATE pg_catalog."C",
    okved text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    norm text NOT NULL COLLATE pg_catalog."C",
    more text NOT NULL COLLATE pg_catalog."C",
    head text NOT NULL,
    place text NOT NULL,
    CONSTRAINT registry_doc_kind_check CHECK ((kind = ANY (ARRAY['org'::text, 'ip'::text]))),
    CONSTRAINT registry_doc_state_check CHECK ((state = ANY (ARRAY['active'::text, 'liquidating'::text, 'reorganising'::text, 'excluding'::text, 'bankrupt'::text, 'closed'::text])))
);

CREATE TABLE public.registry_hotprefix (
    word integer NOT NULL,
    prefix text NOT NULL COLLATE pg_catalog."C",
    ords integer[] NOT NULL
);
ALTER TABLE ONLY public.registry_hotprefix ALTER COLUMN ords SET STORAGE PLAIN;

CREATE TABLE public.registry_hotregion (
    word integer NOT NULL,
    region text NOT NULL COLLATE pg_catalog."C",
    ords integer[] NOT NULL
);
ALTER TABLE ONLY public.registry_hotregion ALTER COLUMN ords SET STORAGE PLAIN;

CREATE TABLE public.registry_import (
    dump text NOT NULL,
    member text NOT NULL,
    records bigint NOT NULL,
    rejected bigint NOT NULL,
    done boolean NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.registry_index (
    built timestamp with time zone NOT NULL,
    docs integer NOT NULL,
    hot integer NOT NULL,
    amended integer NOT NULL
);

CREATE TABLE public.registry_near (
    first integer NOT NULL,
    hashes integer[] NOT NULL,
    words integer[] NOT NULL
);

CREATE TABLE public.registry_org (
    ogrn text NOT NULL COLLATE pg_catalog."C",
    ord integer NOT NULL,
    extracted date NOT NULL,
    made date NOT NULL,
    digest bigint NOT NULL,
    card bytea NOT NULL
)
WITH (toast_tuple_target='8160');
ALTER TABLE ONLY public.registry_org ALTER COLUMN card SET STORAGE EXTERNAL;

CREATE TABLE public.registry_pair (
    a integer NOT NULL,
    b integer NOT NULL,
    first integer NOT NULL,
    ords integer[] NOT NULL
);
ALTER TABLE ONLY public.registry_pair ALTER COLUMN ords SET STORAGE PLAIN;

CREATE TABLE public.registry_pending (
    ord integer NOT NULL,
    gone boolean NOT NULL
);

CREATE TABLE public.registry_posting (
    word integer NOT NULL,
    first integer NOT NULL,
    ords integer[] NOT NULL
);
ALTER TABLE ONLY public.registry_posting ALTER COLUMN ords SET STORAGE PLAIN;

CREATE TABLE public.registry_prefix (
    prefix text NOT NULL COLLATE pg_catalog."C",
    ords integer[] NOT NULL
);
ALTER TABLE ONLY public.registry_prefix ALTER COLUMN ords SET STORAGE PLAIN;

CREATE TABLE public.registry_reject (
    dump text NOT NULL,
    member text NOT NULL,
    record bigint NOT NULL,
    ogrn text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    file text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.registry_tail (
    first text NOT NULL COLLATE pg_catalog."C",
    words integer[] NOT NULL
);
ALTER TABLE ONLY public.registry_tail ALTER COLUMN words SET STORAGE PLAIN;

CREATE TABLE public.registry_word (
    id integer NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    df integer NOT NULL,
    hot boolean NOT NULL
);

CREATE TABLE public.revocation (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    certificate_id bigint NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    status_text text DEFAULT ''::text NOT NULL,
    reason integer NOT NULL,
    words text NOT NULL,
    base_file_id uuid,
    transaction_id bytea,
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    asked_at timestamp with time zone NOT NULL,
    asked_by bigint NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    listed_from text DEFAULT ''::text NOT NULL,
    listed_number text DEFAULT ''::text NOT NULL,
    CONSTRAINT revocation_check CHECK ((decided_by <> asked_by)),
    CONSTRAINT revocation_reason_check CHECK ((((reason >= 0) AND (reason <= 10)) AND (reason <> 7))),
    CONSTRAINT revocation_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'declined'::text, 'withdrawn'::text, 'approved'::text, 'refused'::text, 'revoked'::text, 'listed'::text])))
);

CREATE TABLE public.revocation_answer (
    url text NOT NULL,
    question bytea NOT NULL,
    body bytea,
    this_update timestamp with time zone,
    next_update timestamp with time zone,
    fetched_at timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    trouble text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.revocation_event (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    revocation_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    kind text NOT NULL,
    text text NOT NULL,
    CONSTRAINT revocation_event_kind_check CHECK ((kind = ANY (ARRAY['done'::text, 'wait'::text, 'stop'::text, 'note'::text])))
);

ALTER TABLE public.revocation_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.revocation_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.revocation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.revocation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.river_job (
    id bigint NOT NULL,
    state public.river_job_state DEFAULT 'available'::public.river_job_state NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 25 NOT NULL,
    attempted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finalized_at timestamp with time zone,
    scheduled_at timestamp with time zone DEFAULT now() NOT NULL,
    priority smallint DEFAULT 1 NOT NULL,
    args jsonb NOT NULL,
    attempted_by text[],
    errors jsonb[],
    kind text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    queue text DEFAULT 'default'::text NOT NULL,
    tags character varying(255)[] DEFAULT '{}'::character varying[] NOT NULL,
    unique_key bytea,
    unique_states bit(8),
    CONSTRAINT finalized_or_finalized_at_null CHECK ((((finalized_at IS NULL) AND (state <> ALL (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state]))) OR ((finalized_at IS NOT NULL) AND (state = ANY (ARRAY['cancelled'::public.river_job_state, 'completed'::public.river_job_state, 'discarded'::public.river_job_state]))))),
    CONSTRAINT kind_length CHECK (((char_length(kind) > 0) AND (char_length(kind) < 128))),
    CONSTRAINT max_attempts_is_positive CHECK ((max_attempts > 0)),
    CONSTRAINT priority_in_range CHECK (((priority >= 1) AND (priority <= 4))),
    CONSTRAINT queue_length CHECK (((char_length(queue) > 0) AND (char_length(queue) < 128)))
);

CREATE SEQUENCE public.river_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.river_job_id_seq OWNED BY public.river_job.id;

CREATE UNLOGGED TABLE public.river_leader (
    elected_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    leader_id text NOT NULL,
    name text DEFAULT 'default'::text NOT NULL,
    CONSTRAINT leader_id_length CHECK (((char_length(leader_id) > 0) AND (char_length(leader_id) < 128))),
    CONSTRAINT name_length CHECK ((name = 'default'::text))
);

CREATE TABLE public.river_migration (
    line text NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT line_length CHECK (((char_length(line) > 0) AND (char_length(line) < 128))),
    CONSTRAINT version_gte_1 CHECK ((version >= 1))
);

CREATE TABLE public.river_notification (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (((length(topic) > 0) AND (length(topic) < 128)))
);

CREATE SEQUENCE public.river_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.river_notification_id_seq OWNED BY public.river_notification.id;

CREATE TABLE public.river_queue (
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    paused_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE TABLE public.role (
    code text NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL
);

CREATE TABLE public.role_permission (
    partner_id bigint,
    role text NOT NULL,
    permission text NOT NULL
);

CREATE TABLE public.seen_key (
    key_hash bytea NOT NULL,
    request_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.service (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    product_id bigint,
    number text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    unit text DEFAULT 'шт.'::text NOT NULL,
    quantity integer NOT NULL,
    price bigint NOT NULL,
    cost bigint NOT NULL,
    vat text NOT NULL,
    invoice_on date NOT NULL,
    paid_on date,
    valid_from date,
    valid_to date,
    ship_date date,
    state text DEFAULT 'open'::text NOT NULL,
    acts_to_cabinet_at timestamp with time zone,
    comment text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by bigint,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by bigint,
    deleted_at timestamp with time zone,
    deleted_by bigint,
    deleted boolean DEFAULT false NOT NULL,
    CONSTRAINT service_cost_check CHECK ((cost >= 0)),
    CONSTRAINT service_kind_check CHECK ((kind = ANY (ARRAY['issue'::text, 'service'::text, 'licence'::text, 'goods'::text]))),
    CONSTRAINT service_price_check CHECK ((price >= 0)),
    CONSTRAINT service_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT service_state_check CHECK ((state = ANY (ARRAY['open'::text, 'shipping'::text, 'shipped'::text, 'failed'::text])))
);

ALTER TABLE public.service ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.service_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.service_number
    START WITH 479930
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.session (
    id bytea NOT NULL,
    employee_id bigint,
    csrf text NOT NULL,
    flash jsonb DEFAULT '[]'::jsonb NOT NULL,
    "values" jsonb DEFAULT '{}'::jsonb NOT NULL,
    locked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.shipment (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    application_id bigint,
    idempotency_key uuid NOT NULL,
    ship_date date NOT NULL,
    amount bigint NOT NULL,
    vat_amount bigint NOT NULL,
    status text NOT NULL,
    status_at timestamp with time zone NOT NULL,
    job_ref text DEFAULT ''::text NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by bigint NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by bigint,
    CONSTRAINT shipment_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'accepted'::text, 'documents_ready'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE public.shipment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.shipment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.shipment_line (
    partner_id bigint NOT NULL,
    shipment_id bigint NOT NULL,
    service_id bigint NOT NULL
);

CREATE TABLE public.sign_in_failure (
    address text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stored_file (
    id uuid NOT NULL,
    partner_id bigint NOT NULL,
    org_id bigint,
    owner_id bigint,
    folder text NOT NULL,
    name text NOT NULL,
    mime text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by bigint,
    deleted_at timestamp with time zone,
    deleted_by bigint,
    CONSTRAINT stored_file_folder_check CHECK ((folder = ANY (ARRAY['storage'::text, 'cabinet'::text, 'onec'::text, 'scan'::text, 'printed'::text]))),
    CONSTRAINT stored_file_name_check CHECK ((name <> ''::text)),
    CONSTRAINT stored_file_size_check CHECK ((size >= 0))
);

CREATE TABLE public.token_operation (
    id uuid NOT NULL,
    partner_id bigint NOT NULL,
    kind text NOT NULL,
    request_id bigint NOT NULL,
    employee_id bigint NOT NULL,
    nonce bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    result_hash bytea,
    CONSTRAINT token_operation_kind_check CHECK ((kind = ANY (ARRAY['request'::text, 'install'::text, 'sign'::text])))
);

CREATE TABLE public.workstation (
    id bigint NOT NULL,
    partner_id bigint NOT NULL,
    centre_id bigint NOT NULL,
    name text NOT NULL,
    agent_url text NOT NULL,
    pairing_sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT workstation_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.workstation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.workstation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.bun_migration_locks ALTER COLUMN id SET DEFAULT nextval('public.bun_migration_locks_id_seq'::regclass);

ALTER TABLE ONLY public.bun_migrations ALTER COLUMN id SET DEFAULT nextval('public.bun_migrations_id_seq'::regclass);

ALTER TABLE ONLY public.river_job ALTER COLUMN id SET DEFAULT nextval('public.river_job_id_seq'::regclass);

ALTER TABLE ONLY public.river_notification ALTER COLUMN id SET DEFAULT nextval('public.river_notification_id_seq'::regclass);

ALTER TABLE ONLY public.accounting_document
    ADD CONSTRAINT accounting_document_partner_id_ref_key UNIQUE (partner_id, ref);

ALTER TABLE ONLY public.accounting_document
    ADD CONSTRAINT accounting_document_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounting_file
    ADD CONSTRAINT accounting_file_pkey PRIMARY KEY (document_id, ref);

ALTER TABLE ONLY public.active_certificate_event
    ADD CONSTRAINT active_certificate_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.active_certificate
    ADD CONSTRAINT active_certificate_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY public.application_event
    ADD CONSTRAINT application_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_number_key UNIQUE (number);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (partner_id);

ALTER TABLE ONLY public.audit_record
    ADD CONSTRAINT audit_record_pkey PRIMARY KEY (partner_id, seq);

ALTER TABLE ONLY public.bun_migration_locks
    ADD CONSTRAINT bun_migration_locks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bun_migration_locks
    ADD CONSTRAINT bun_migration_locks_table_name_key UNIQUE (table_name);

ALTER TABLE ONLY public.bun_migrations
    ADD CONSTRAINT bun_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.centre
    ADD CONSTRAINT centre_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cert_request
    ADD CONSTRAINT cert_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_partner_id_issuer_serial_key UNIQUE (partner_id, issuer, serial);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_request_id_key UNIQUE (request_id);

ALTER TABLE ONLY public.connection_test
    ADD CONSTRAINT connection_test_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT contract_partner_id_org_id_number_key UNIQUE (partner_id, org_id, number);

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT contract_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.employee
    ADD CONSTRAINT employee_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.esia_account
    ADD CONSTRAINT esia_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.esia_registration
    ADD CONSTRAINT esia_registration_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_answer
    ADD CONSTRAINT exchange_answer_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.exchange_file
    ADD CONSTRAINT exchange_file_answer_id_no_key UNIQUE (answer_id, no);

ALTER TABLE ONLY public.exchange_file_part
    ADD CONSTRAINT exchange_file_part_file_no_key UNIQUE (file, no);

ALTER TABLE ONLY public.exchange_file_part
    ADD CONSTRAINT exchange_file_part_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_file
    ADD CONSTRAINT exchange_file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_former_id
    ADD CONSTRAINT exchange_former_id_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.exchange_line
    ADD CONSTRAINT exchange_line_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.exchange_message
    ADD CONSTRAINT exchange_message_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY public.exchange_message
    ADD CONSTRAINT exchange_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_said
    ADD CONSTRAINT exchange_said_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exchange_wire
    ADD CONSTRAINT exchange_wire_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.extract_decision
    ADD CONSTRAINT extract_decision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public."extract"
    ADD CONSTRAINT extract_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.extract_request
    ADD CONSTRAINT extract_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.extract_row
    ADD CONSTRAINT extract_row_pkey PRIMARY KEY (extract_id, field);

ALTER TABLE ONLY public.file_reading
    ADD CONSTRAINT file_reading_pkey PRIMARY KEY (file_id);

ALTER TABLE ONLY public.gar_house
    ADD CONSTRAINT gar_house_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gar_import
    ADD CONSTRAINT gar_import_pkey PRIMARY KEY (dump, member);

ALTER TABLE ONLY public.gar_link
    ADD CONSTRAINT gar_link_pkey PRIMARY KEY (id, mun);

ALTER TABLE ONLY public.gar_loading
    ADD CONSTRAINT gar_loading_pkey PRIMARY KEY (dump, member);

ALTER TABLE ONLY public.gar_object
    ADD CONSTRAINT gar_object_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gar_param
    ADD CONSTRAINT gar_param_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gar_registry
    ADD CONSTRAINT gar_registry_pkey PRIMARY KEY (objectid);

ALTER TABLE ONLY public.gar_rest
    ADD CONSTRAINT gar_rest_pkey PRIMARY KEY (rest, word);

ALTER TABLE ONLY public.gar_type
    ADD CONSTRAINT gar_type_pkey PRIMARY KEY (kind, id);

ALTER TABLE ONLY public.gar_word
    ADD CONSTRAINT gar_word_pkey PRIMARY KEY (scope, word, id);

ALTER TABLE ONLY public.licence
    ADD CONSTRAINT licence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_partner_id_key_key UNIQUE (partner_id, key);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.org_address
    ADD CONSTRAINT org_address_partner_id_org_id_kind_key UNIQUE (partner_id, org_id, kind);

ALTER TABLE ONLY public.org_address
    ADD CONSTRAINT org_address_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.org_bank_account
    ADD CONSTRAINT org_bank_account_partner_id_org_id_account_key UNIQUE (partner_id, org_id, account);

ALTER TABLE ONLY public.org_bank_account
    ADD CONSTRAINT org_bank_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.org_change
    ADD CONSTRAINT org_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.org_head
    ADD CONSTRAINT org_head_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.org_search
    ADD CONSTRAINT org_search_pkey PRIMARY KEY (org_id);

ALTER TABLE ONLY public.org_word
    ADD CONSTRAINT org_word_pkey PRIMARY KEY (partner_id, word, org_id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_partner_id_ogrn_key UNIQUE (partner_id, ogrn);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.owner_check
    ADD CONSTRAINT owner_check_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.owner
    ADD CONSTRAINT owner_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.owner_word
    ADD CONSTRAINT owner_word_pkey PRIMARY KEY (partner_id, word, owner_id);

ALTER TABLE ONLY public.partner
    ADD CONSTRAINT partner_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.passport
    ADD CONSTRAINT passport_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY public.personal_view
    ADD CONSTRAINT personal_view_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_partner_id_code_key UNIQUE (partner_id, code);

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ready_certificate_event
    ADD CONSTRAINT ready_certificate_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_id_owner_id_status_key UNIQUE (id, owner_id, status);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_partner_id_owner_id_issuer_serial_key UNIQUE (partner_id, owner_id, issuer, serial);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.register_follow
    ADD CONSTRAINT register_follow_pkey PRIMARY KEY (partner_id);

ALTER TABLE ONLY public.register_task
    ADD CONSTRAINT register_task_partner_id_org_id_kind_made_after_key UNIQUE (partner_id, org_id, kind, made, after);

ALTER TABLE ONLY public.register_task
    ADD CONSTRAINT register_task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registry_bucket
    ADD CONSTRAINT registry_bucket_pkey PRIMARY KEY (bucket);

ALTER TABLE ONLY public.registry_change
    ADD CONSTRAINT registry_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registry_doc
    ADD CONSTRAINT registry_doc_pkey PRIMARY KEY (ord);

ALTER TABLE ONLY public.registry_import
    ADD CONSTRAINT registry_import_pkey PRIMARY KEY (dump, member);

ALTER TABLE ONLY public.registry_org
    ADD CONSTRAINT registry_org_pkey PRIMARY KEY (ogrn);

ALTER TABLE ONLY public.registry_reject
    ADD CONSTRAINT registry_reject_pkey PRIMARY KEY (dump, member, record);

ALTER TABLE ONLY public.revocation_answer
    ADD CONSTRAINT revocation_answer_pkey PRIMARY KEY (url, question);

ALTER TABLE ONLY public.revocation_event
    ADD CONSTRAINT revocation_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_job
    ADD CONSTRAINT river_job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_leader
    ADD CONSTRAINT river_leader_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.river_migration
    ADD CONSTRAINT river_migration_pkey1 PRIMARY KEY (line, version);

ALTER TABLE ONLY public.river_notification
    ADD CONSTRAINT river_notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.river_queue
    ADD CONSTRAINT river_queue_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.role_permission
    ADD CONSTRAINT role_permission_partner_id_role_permission_key UNIQUE NULLS NOT DISTINCT (partner_id, role, permission);

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.seen_key
    ADD CONSTRAINT seen_key_pkey PRIMARY KEY (key_hash);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_partner_id_number_key UNIQUE (partner_id, number);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_idempotency_key_key UNIQUE (idempotency_key);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_pkey PRIMARY KEY (shipment_id, service_id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stored_file
    ADD CONSTRAINT stored_file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.token_operation
    ADD CONSTRAINT token_operation_nonce_key UNIQUE (nonce);

ALTER TABLE ONLY public.token_operation
    ADD CONSTRAINT token_operation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workstation
    ADD CONSTRAINT workstation_partner_id_name_key UNIQUE (partner_id, name);

ALTER TABLE ONLY public.workstation
    ADD CONSTRAINT workstation_pkey PRIMARY KEY (id);

CREATE INDEX accounting_document_date ON public.accounting_document USING btree (partner_id, issued_on, id);

CREATE INDEX accounting_document_org ON public.accounting_document USING btree (partner_id, org_id, id DESC);

CREATE INDEX accounting_file_partner ON public.accounting_file USING btree (partner_id, document_id);

CREATE INDEX active_certificate_event_owner ON public.active_certificate_event USING btree (partner_id, owner_id, id);

CREATE UNIQUE INDEX active_certificate_issued ON public.active_certificate USING btree (certificate_id);

CREATE INDEX active_certificate_partner ON public.active_certificate USING btree (partner_id, owner_id);

CREATE UNIQUE INDEX active_certificate_ready ON public.active_certificate USING btree (ready_id);

CREATE INDEX application_by_number ON public.application USING btree (partner_id, number COLLATE "C");

CREATE INDEX application_event_application ON public.application_event USING btree (partner_id, application_id, id);

CREATE UNIQUE INDEX application_one_live ON public.application USING btree (owner_id) WHERE (status <> ALL (ARRAY['done'::text, 'rejected'::text, 'withdrawn'::text]));

CREATE INDEX application_org ON public.application USING btree (partner_id, org_id, id DESC);

CREATE INDEX application_status ON public.application USING btree (partner_id, status, status_at);

CREATE INDEX audit_record_actor ON public.audit_record USING btree (partner_id, actor_id, seq);

CREATE INDEX audit_record_object ON public.audit_record USING btree (partner_id, object, seq);

CREATE INDEX audit_record_org ON public.audit_record USING btree (partner_id, org_id, seq) WHERE (org_id IS NOT NULL);

CREATE INDEX cert_request_application ON public.cert_request USING btree (partner_id, application_id, id DESC);

CREATE UNIQUE INDEX cert_request_one_live ON public.cert_request USING btree (application_id) WHERE (status <> ALL (ARRAY['refused'::text, 'abandoned'::text]));

CREATE UNIQUE INDEX cert_request_transaction ON public.cert_request USING btree (transaction_id) WHERE (transaction_id IS NOT NULL);

CREATE INDEX certificate_carrier ON public.certificate USING btree (partner_id, carrier_number COLLATE "C") WHERE (carrier_number <> ''::text);

CREATE INDEX certificate_expiry ON public.certificate USING btree (partner_id, not_after) WHERE (revoked_at IS NULL);

CREATE INDEX certificate_issued ON public.certificate USING btree (partner_id, issued_at);

CREATE INDEX certificate_owner ON public.certificate USING btree (partner_id, owner_id, id DESC);

CREATE INDEX certificate_serial ON public.certificate USING btree (partner_id, serial);

CREATE INDEX connection_test_partner ON public.connection_test USING btree (partner_id, system, id DESC);

CREATE UNIQUE INDEX connection_test_running ON public.connection_test USING btree (partner_id, system) WHERE (finished_at IS NULL);

CREATE UNIQUE INDEX employee_login ON public.employee USING btree (login);

CREATE UNIQUE INDEX employee_oidc ON public.employee USING btree (oidc_issuer, oidc_subject) WHERE (oidc_subject <> ''::text);

CREATE INDEX employee_partner ON public.employee USING btree (partner_id, id);

CREATE UNIQUE INDEX esia_account_one_live ON public.esia_account USING btree (owner_id) WHERE (status = ANY (ARRAY['waiting'::text, 'validating'::text]));

CREATE INDEX esia_account_owner ON public.esia_account USING btree (partner_id, owner_id, id DESC);

CREATE UNIQUE INDEX esia_registration_one_live ON public.esia_registration USING btree (certificate_id) WHERE (status <> 'failed'::text);

CREATE INDEX esia_registration_partner ON public.esia_registration USING btree (partner_id, certificate_id, id DESC);

CREATE INDEX exchange_answer_keep ON public.exchange_answer USING btree (received_at) WHERE (sealed IS NOT NULL);

CREATE INDEX exchange_answer_key ON public.exchange_answer USING btree (key_id);

CREATE INDEX exchange_answer_plain ON public.exchange_answer USING btree (message_id) WHERE ((sealed IS NULL) AND ((content IS NOT NULL) OR (text <> ''::text)));

CREATE INDEX exchange_answer_reference ON public.exchange_answer USING btree (reference_id);

CREATE INDEX exchange_answer_stray ON public.exchange_answer USING btree (received_at) WHERE (question IS NULL);

CREATE INDEX exchange_answer_unacked ON public.exchange_answer USING btree (received_at) WHERE (acked_at IS NULL);

CREATE INDEX exchange_file_due ON public.exchange_file USING btree (next_at) WHERE (status = 'waiting'::text);

CREATE INDEX exchange_file_key ON public.exchange_file USING btree (key_id);

CREATE INDEX exchange_file_part_keep ON public.exchange_file_part USING btree (at) WHERE (sealed IS NOT NULL);

CREATE INDEX exchange_file_part_key ON public.exchange_file_part USING btree (key_id);

CREATE INDEX exchange_former_id_message ON public.exchange_former_id USING btree (message);

CREATE INDEX exchange_message_closed ON public.exchange_message USING btree (partner_id, answered_at) WHERE (answered_at IS NOT NULL);

CREATE INDEX exchange_message_due ON public.exchange_message USING btree (next_at, id) WHERE (status = 'queued'::text);

CREATE INDEX exchange_message_expiring ON public.exchange_message USING btree (expires_at) WHERE ((status = ANY (ARRAY['queued'::text, 'sent'::text])) AND (expires_at IS NOT NULL));

CREATE INDEX exchange_message_keep ON public.exchange_message USING btree (answered_at) WHERE (sealed IS NOT NULL);

CREATE INDEX exchange_message_key ON public.exchange_message USING btree (key_id);

CREATE INDEX exchange_message_list ON public.exchange_message USING btree (partner_id, status, id DESC);

CREATE INDEX exchange_message_newest ON public.exchange_message USING btree (partner_id, id DESC);

CREATE INDEX exchange_message_open ON public.exchange_message USING btree (status, created_at, partner_id) WHERE (status = ANY (ARRAY['queued'::text, 'sent'::text]));

CREATE INDEX exchange_message_plain ON public.exchange_message USING btree (id) WHERE (content IS NOT NULL);

CREATE UNIQUE INDEX exchange_message_resends ON public.exchange_message USING btree (resends) WHERE (resends IS NOT NULL);

CREATE INDEX exchange_message_sent ON public.exchange_message USING btree (partner_id, sent_at) WHERE (sent_at IS NOT NULL);

CREATE INDEX exchange_message_stray ON public.exchange_message USING btree (COALESCE(looked_at, sent_at)) WHERE (status = 'sent'::text);

CREATE UNIQUE INDEX exchange_message_subject ON public.exchange_message USING btree (kind, subject_id) WHERE (resends IS NULL);

CREATE INDEX exchange_said_keep ON public.exchange_said USING btree (at) WHERE (sealed IS NOT NULL);

CREATE INDEX exchange_said_key ON public.exchange_said USING btree (key_id);

CREATE INDEX exchange_wire_doubtful ON public.exchange_wire USING btree (at) WHERE (verdict = 'bad'::text);

CREATE INDEX exchange_wire_fault ON public.exchange_wire USING btree (at) WHERE (fault <> ''::text);

CREATE INDEX exchange_wire_keep ON public.exchange_wire USING btree (at) WHERE (sealed IS NOT NULL);

CREATE INDEX exchange_wire_key ON public.exchange_wire USING btree (key_id);

CREATE INDEX exchange_wire_message ON public.exchange_wire USING btree (message, id);

CREATE INDEX extract_decision_extract ON public.extract_decision USING btree (partner_id, extract_id, id);

CREATE UNIQUE INDEX extract_file ON public."extract" USING btree (file_id);

CREATE INDEX extract_org ON public."extract" USING btree (partner_id, org_id, id DESC);

CREATE UNIQUE INDEX extract_request_one_waiting ON public.extract_request USING btree (org_id) WHERE (status = 'waiting'::text);

CREATE INDEX extract_request_org ON public.extract_request USING btree (partner_id, org_id, id DESC);

CREATE INDEX extract_row_partner ON public.extract_row USING btree (partner_id, extract_id);

CREATE INDEX file_reading_partner ON public.file_reading USING btree (partner_id);

CREATE INDEX gar_house_guid ON public.gar_house USING btree (guid);

CREATE INDEX gar_house_objectid ON public.gar_house USING btree (objectid);

CREATE INDEX gar_house_parent ON public.gar_house USING btree (parent, norm);

CREATE INDEX gar_link_objectid ON public.gar_link USING btree (objectid);

CREATE INDEX gar_object_city ON public.gar_object USING btree (norm) WHERE (place AND (level <= 5));

CREATE INDEX gar_object_guid ON public.gar_object USING btree (guid);

CREATE INDEX gar_object_objectid ON public.gar_object USING btree (objectid);

CREATE INDEX gar_object_parent ON public.gar_object USING btree (parent);

CREATE INDEX gar_param_objectid ON public.gar_param USING btree (objectid);

CREATE INDEX gar_word_id ON public.gar_word USING btree (id);

CREATE INDEX licence_service ON public.licence USING btree (partner_id, service_id);

CREATE INDEX notice_application ON public.notice USING btree (partner_id, application_id, id DESC) WHERE (application_id IS NOT NULL);

CREATE INDEX org_change_org ON public.org_change USING btree (partner_id, org_id, id DESC);

CREATE INDEX org_head_org ON public.org_head USING btree (partner_id, org_id);

CREATE INDEX org_search_inn ON public.org_search USING btree (partner_id, inn);

CREATE INDEX org_search_kpp ON public.org_search USING btree (partner_id, kpp);

CREATE INDEX org_search_ogrn ON public.org_search USING btree (partner_id, ogrn);

CREATE INDEX org_word_org ON public.org_word USING btree (org_id);

CREATE INDEX organisation_inn ON public.organisation USING btree (partner_id, inn);

CREATE INDEX organisation_recent ON public.organisation USING btree (partner_id, updated_at DESC, id DESC) WHERE (NOT deleted);

CREATE UNIQUE INDEX owner_check_one_waiting ON public.owner_check USING btree (owner_id, kind) WHERE (status = 'waiting'::text);

CREATE INDEX owner_check_owner ON public.owner_check USING btree (partner_id, owner_id, kind, id DESC);

CREATE INDEX owner_org ON public.owner USING btree (partner_id, org_id, id);

CREATE INDEX owner_snils ON public.owner USING btree (partner_id, snils);

CREATE INDEX owner_word_owner ON public.owner_word USING btree (owner_id);

CREATE INDEX passport_partner ON public.passport USING btree (partner_id, owner_id);

CREATE INDEX personal_view_object ON public.personal_view USING btree (partner_id, object, at);

CREATE INDEX ready_certificate_end ON public.ready_certificate USING btree (partner_id, not_after) WHERE (status = 'valid'::text);

CREATE INDEX ready_certificate_event_certificate ON public.ready_certificate_event USING btree (partner_id, certificate_id, id);

CREATE INDEX ready_certificate_next ON public.ready_certificate USING btree (partner_id, next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX ready_certificate_org ON public.ready_certificate USING btree (partner_id, org_id, id DESC);

CREATE INDEX ready_certificate_owner ON public.ready_certificate USING btree (partner_id, owner_id, id DESC);

CREATE INDEX ready_certificate_serial ON public.ready_certificate USING btree (partner_id, serial);

CREATE INDEX ready_certificate_trouble ON public.ready_certificate USING btree (partner_id, status_at) WHERE (status <> ALL (ARRAY['checking'::text, 'valid'::text]));

CREATE INDEX register_task_open ON public.register_task USING btree (partner_id, id DESC) WHERE (status = 'new'::text);

CREATE INDEX register_task_org ON public.register_task USING btree (partner_id, org_id, id DESC);

CREATE INDEX registry_change_ogrn ON public.registry_change USING btree (ogrn, id);

CREATE INDEX registry_doc_inn ON public.registry_doc USING btree (inn) WHERE (inn <> ''::text);

CREATE INDEX registry_doc_kpp ON public.registry_doc USING btree (kpp) WHERE (kpp <> ''::text);

CREATE INDEX registry_doc_norm ON public.registry_doc USING btree (norm, ord);

CREATE UNIQUE INDEX registry_doc_ogrn ON public.registry_doc USING btree (ogrn);

CREATE UNIQUE INDEX registry_hotprefix_word ON public.registry_hotprefix USING btree (word, prefix);

CREATE UNIQUE INDEX registry_hotregion_word ON public.registry_hotregion USING btree (word, region);

CREATE UNIQUE INDEX registry_index_one ON public.registry_index USING btree ((true));

CREATE UNIQUE INDEX registry_near_first ON public.registry_near USING btree (first);

CREATE UNIQUE INDEX registry_pair_words ON public.registry_pair USING btree (a, b, first);

CREATE UNIQUE INDEX registry_posting_word ON public.registry_posting USING btree (word, first);

CREATE UNIQUE INDEX registry_prefix_prefix ON public.registry_prefix USING btree (prefix);

CREATE INDEX registry_tail_first ON public.registry_tail USING btree (first);

CREATE UNIQUE INDEX registry_word_id ON public.registry_word USING btree (id);

CREATE UNIQUE INDEX registry_word_word ON public.registry_word USING btree (word) INCLUDE (id, df, hot);

CREATE INDEX revocation_certificate ON public.revocation USING btree (partner_id, certificate_id, id DESC);

CREATE INDEX revocation_event_revocation ON public.revocation_event USING btree (partner_id, revocation_id, id);

CREATE INDEX revocation_list ON public.revocation USING btree (partner_id, id DESC);

CREATE UNIQUE INDEX revocation_one_live ON public.revocation USING btree (certificate_id) WHERE (status <> ALL (ARRAY['declined'::text, 'withdrawn'::text, 'refused'::text]));

CREATE INDEX river_job_args_index ON public.river_job USING gin (args);

CREATE INDEX river_job_kind ON public.river_job USING btree (kind);

CREATE INDEX river_job_metadata_index ON public.river_job USING gin (metadata);

CREATE INDEX river_job_prioritized_fetching_index ON public.river_job USING btree (state, queue, priority, scheduled_at, id);

CREATE INDEX river_job_state_and_finalized_at_index ON public.river_job USING btree (state, finalized_at) WHERE (finalized_at IS NOT NULL);

CREATE UNIQUE INDEX river_job_unique_idx ON public.river_job USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (unique_states IS NOT NULL) AND public.river_job_state_in_bitmask(unique_states, state));

CREATE INDEX river_job_waiting ON public.river_job USING btree (kind, args) WHERE (state = ANY (ARRAY['available'::public.river_job_state, 'retryable'::public.river_job_state, 'scheduled'::public.river_job_state]));

CREATE INDEX river_notification_created_at_idx ON public.river_notification USING btree (created_at);

CREATE INDEX river_notification_topic_id_idx ON public.river_notification USING btree (topic, id);

CREATE INDEX service_contract ON public.service USING btree (partner_id, contract_id, id);

CREATE INDEX service_org ON public.service USING btree (partner_id, org_id, id);

CREATE INDEX service_unshipped ON public.service USING btree (partner_id, paid_on) WHERE ((ship_date IS NULL) AND (paid_on IS NOT NULL) AND (NOT deleted));

CREATE INDEX session_expires ON public.session USING btree (expires_at);

CREATE INDEX shipment_line_service ON public.shipment_line USING btree (partner_id, service_id);

CREATE INDEX shipment_open ON public.shipment USING btree (partner_id) WHERE (acknowledged_at IS NULL);

CREATE INDEX shipment_org ON public.shipment USING btree (partner_id, org_id, id DESC);

CREATE INDEX sign_in_failure_address ON public.sign_in_failure USING btree (address, at);

CREATE INDEX stored_file_org ON public.stored_file USING btree (partner_id, org_id, folder, created_at DESC);

CREATE INDEX token_operation_request ON public.token_operation USING btree (partner_id, request_id);

CREATE TRIGGER active_is_usable BEFORE INSERT OR UPDATE ON public.active_certificate FOR EACH ROW WHEN ((new.certificate_id IS NOT NULL)) EXECUTE FUNCTION public.active_is_usable();

CREATE TRIGGER extract_decision_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.extract_decision FOR EACH STATEMENT EXECUTE FUNCTION public.extract_decision_stays();

CREATE TRIGGER org_search_words AFTER INSERT OR UPDATE OF words, partner_id ON public.org_search FOR EACH ROW EXECUTE FUNCTION public.org_search_words();

CREATE TRIGGER owner_words AFTER INSERT OR UPDATE OF surname, name, patronymic ON public.owner FOR EACH ROW EXECUTE FUNCTION public.owner_words();

CREATE TRIGGER revoked_is_not_active AFTER UPDATE OF revoked_at ON public.certificate FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION public.revoked_is_not_active();

ALTER TABLE ONLY public.accounting_document
    ADD CONSTRAINT accounting_document_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.accounting_document
    ADD CONSTRAINT accounting_document_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.accounting_document
    ADD CONSTRAINT accounting_document_shipment_id_fkey FOREIGN KEY (shipment_id) REFERENCES public.shipment(id);

ALTER TABLE ONLY public.accounting_file
    ADD CONSTRAINT accounting_file_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.accounting_document(id);

ALTER TABLE ONLY public.accounting_file
    ADD CONSTRAINT accounting_file_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(id);

ALTER TABLE ONLY public.accounting_file
    ADD CONSTRAINT accounting_file_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.active_certificate
    ADD CONSTRAINT active_certificate_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.active_certificate
    ADD CONSTRAINT active_certificate_chosen_by_fkey FOREIGN KEY (chosen_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.active_certificate_event
    ADD CONSTRAINT active_certificate_event_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.active_certificate_event
    ADD CONSTRAINT active_certificate_event_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.active_certificate_event
    ADD CONSTRAINT active_certificate_event_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.active_certificate_event
    ADD CONSTRAINT active_certificate_event_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.active_certificate_event
    ADD CONSTRAINT active_certificate_event_ready_id_fkey FOREIGN KEY (ready_id) REFERENCES public.ready_certificate(id);

ALTER TABLE ONLY public.active_certificate
    ADD CONSTRAINT active_certificate_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.active_certificate
    ADD CONSTRAINT active_certificate_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.active_certificate
    ADD CONSTRAINT active_certificate_ready_id_owner_id_ready_status_fkey FOREIGN KEY (ready_id, owner_id, ready_status) REFERENCES public.ready_certificate(id, owner_id, status);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centre(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES public.contract(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.application_event
    ADD CONSTRAINT application_event_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.application(id);

ALTER TABLE ONLY public.application_event
    ADD CONSTRAINT application_event_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.application_event
    ADD CONSTRAINT application_event_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_head_signed_by_fkey FOREIGN KEY (head_signed_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_taken_by_fkey FOREIGN KEY (taken_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.audit_record
    ADD CONSTRAINT audit_record_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.centre
    ADD CONSTRAINT centre_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.cert_request
    ADD CONSTRAINT cert_request_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.application(id);

ALTER TABLE ONLY public.cert_request
    ADD CONSTRAINT cert_request_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.cert_request
    ADD CONSTRAINT cert_request_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.cert_request
    ADD CONSTRAINT cert_request_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.cert_request
    ADD CONSTRAINT cert_request_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.application(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_installed_by_fkey FOREIGN KEY (installed_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_receipt_confirmed_by_fkey FOREIGN KEY (receipt_confirmed_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_receipt_file_id_fkey FOREIGN KEY (receipt_file_id) REFERENCES public.stored_file(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_receipt_printed_by_fkey FOREIGN KEY (receipt_printed_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT certificate_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.cert_request(id);

ALTER TABLE ONLY public.connection_test
    ADD CONSTRAINT connection_test_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.connection_test
    ADD CONSTRAINT connection_test_started_by_fkey FOREIGN KEY (started_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT contract_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT contract_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT contract_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT contract_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.employee
    ADD CONSTRAINT employee_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centre(id);

ALTER TABLE ONLY public.employee
    ADD CONSTRAINT employee_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.employee
    ADD CONSTRAINT employee_role_fkey FOREIGN KEY (role) REFERENCES public.role(code);

ALTER TABLE ONLY public.esia_account
    ADD CONSTRAINT esia_account_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.esia_account
    ADD CONSTRAINT esia_account_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.esia_account
    ADD CONSTRAINT esia_account_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.esia_registration
    ADD CONSTRAINT esia_registration_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.esia_registration
    ADD CONSTRAINT esia_registration_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.esia_registration
    ADD CONSTRAINT esia_registration_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.exchange_answer
    ADD CONSTRAINT exchange_answer_question_fkey FOREIGN KEY (question) REFERENCES public.exchange_message(id);

ALTER TABLE ONLY public.exchange_file
    ADD CONSTRAINT exchange_file_answer_id_fkey FOREIGN KEY (answer_id) REFERENCES public.exchange_answer(message_id);

ALTER TABLE ONLY public.exchange_file_part
    ADD CONSTRAINT exchange_file_part_file_fkey FOREIGN KEY (file) REFERENCES public.exchange_file(id);

ALTER TABLE ONLY public.exchange_former_id
    ADD CONSTRAINT exchange_former_id_message_fkey FOREIGN KEY (message) REFERENCES public.exchange_message(id);

ALTER TABLE ONLY public.exchange_message
    ADD CONSTRAINT exchange_message_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.exchange_message
    ADD CONSTRAINT exchange_message_resends_fkey FOREIGN KEY (resends) REFERENCES public.exchange_message(id);

ALTER TABLE ONLY public.exchange_message
    ADD CONSTRAINT exchange_message_resent_by_fkey FOREIGN KEY (resent_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.exchange_said
    ADD CONSTRAINT exchange_said_id_fkey FOREIGN KEY (id) REFERENCES public.exchange_message(id);

ALTER TABLE ONLY public.exchange_wire
    ADD CONSTRAINT exchange_wire_message_fkey FOREIGN KEY (message) REFERENCES public.exchange_message(id);

ALTER TABLE ONLY public."extract"
    ADD CONSTRAINT extract_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.extract_decision
    ADD CONSTRAINT extract_decision_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.extract_decision
    ADD CONSTRAINT extract_decision_extract_id_fkey FOREIGN KEY (extract_id) REFERENCES public."extract"(id);

ALTER TABLE ONLY public.extract_decision
    ADD CONSTRAINT extract_decision_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public."extract"
    ADD CONSTRAINT extract_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(id);

ALTER TABLE ONLY public."extract"
    ADD CONSTRAINT extract_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public."extract"
    ADD CONSTRAINT extract_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.extract_request
    ADD CONSTRAINT extract_request_extract_id_fkey FOREIGN KEY (extract_id) REFERENCES public."extract"(id);

ALTER TABLE ONLY public.extract_request
    ADD CONSTRAINT extract_request_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.extract_request
    ADD CONSTRAINT extract_request_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.extract_request
    ADD CONSTRAINT extract_request_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.extract_row
    ADD CONSTRAINT extract_row_extract_id_fkey FOREIGN KEY (extract_id) REFERENCES public."extract"(id);

ALTER TABLE ONLY public.extract_row
    ADD CONSTRAINT extract_row_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.extract_row
    ADD CONSTRAINT extract_row_taken_by_fkey FOREIGN KEY (taken_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public."extract"
    ADD CONSTRAINT extract_signature_file_id_fkey FOREIGN KEY (signature_file_id) REFERENCES public.stored_file(id);

ALTER TABLE ONLY public.file_reading
    ADD CONSTRAINT file_reading_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.stored_file(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.file_reading
    ADD CONSTRAINT file_reading_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.licence
    ADD CONSTRAINT licence_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.licence
    ADD CONSTRAINT licence_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.service(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.application(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.org_address
    ADD CONSTRAINT org_address_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.org_address
    ADD CONSTRAINT org_address_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.org_bank_account
    ADD CONSTRAINT org_bank_account_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.org_bank_account
    ADD CONSTRAINT org_bank_account_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.org_change
    ADD CONSTRAINT org_change_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.org_change
    ADD CONSTRAINT org_change_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.org_change
    ADD CONSTRAINT org_change_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.org_head
    ADD CONSTRAINT org_head_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.org_head
    ADD CONSTRAINT org_head_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.org_search
    ADD CONSTRAINT org_search_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.org_word
    ADD CONSTRAINT org_word_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org_search(org_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.owner_check
    ADD CONSTRAINT owner_check_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.owner_check
    ADD CONSTRAINT owner_check_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.owner_check
    ADD CONSTRAINT owner_check_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.owner_check
    ADD CONSTRAINT owner_check_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.owner_check
    ADD CONSTRAINT owner_check_scan_file_id_fkey FOREIGN KEY (scan_file_id) REFERENCES public.stored_file(id);

ALTER TABLE ONLY public.owner
    ADD CONSTRAINT owner_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.owner
    ADD CONSTRAINT owner_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.owner
    ADD CONSTRAINT owner_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.owner
    ADD CONSTRAINT owner_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.owner
    ADD CONSTRAINT owner_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.owner_word
    ADD CONSTRAINT owner_word_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.passport
    ADD CONSTRAINT passport_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.passport
    ADD CONSTRAINT passport_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.passport
    ADD CONSTRAINT passport_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.personal_view
    ADD CONSTRAINT personal_view_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.ready_certificate_event
    ADD CONSTRAINT ready_certificate_event_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.ready_certificate_event
    ADD CONSTRAINT ready_certificate_event_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.ready_certificate(id);

ALTER TABLE ONLY public.ready_certificate_event
    ADD CONSTRAINT ready_certificate_event_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_limits_read_by_fkey FOREIGN KEY (limits_read_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_loaded_by_fkey FOREIGN KEY (loaded_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.ready_certificate
    ADD CONSTRAINT ready_certificate_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.register_follow
    ADD CONSTRAINT register_follow_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.register_task
    ADD CONSTRAINT register_task_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.register_task
    ADD CONSTRAINT register_task_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.register_task
    ADD CONSTRAINT register_task_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_base_file_id_fkey FOREIGN KEY (base_file_id) REFERENCES public.stored_file(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.revocation_event
    ADD CONSTRAINT revocation_event_by_id_fkey FOREIGN KEY (by_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.revocation_event
    ADD CONSTRAINT revocation_event_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.revocation_event
    ADD CONSTRAINT revocation_event_revocation_id_fkey FOREIGN KEY (revocation_id) REFERENCES public.revocation(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.owner(id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.role_permission
    ADD CONSTRAINT role_permission_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.role_permission
    ADD CONSTRAINT role_permission_role_fkey FOREIGN KEY (role) REFERENCES public.role(code);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES public.contract(id);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.product(id);

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_employee_id_fkey FOREIGN KEY (employee_id) REFERENCES public.employee(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES public.contract(id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.employee(id);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.service(id);

ALTER TABLE ONLY public.shipment_line
    ADD CONSTRAINT shipment_line_shipment_id_fkey FOREIGN KEY (shipment_id) REFERENCES public.shipment(id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organisation(id);

ALTER TABLE ONLY public.shipment
    ADD CONSTRAINT shipment_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.stored_file
    ADD CONSTRAINT stored_file_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.token_operation
    ADD CONSTRAINT token_operation_employee_id_fkey FOREIGN KEY (employee_id) REFERENCES public.employee(id);

ALTER TABLE ONLY public.token_operation
    ADD CONSTRAINT token_operation_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE ONLY public.token_operation
    ADD CONSTRAINT token_operation_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.cert_request(id);

ALTER TABLE ONLY public.workstation
    ADD CONSTRAINT workstation_centre_id_fkey FOREIGN KEY (centre_id) REFERENCES public.centre(id);

ALTER TABLE ONLY public.workstation
    ADD CONSTRAINT workstation_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.partner(id);

ALTER TABLE public.accounting_document ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.accounting_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.active_certificate ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.active_certificate_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.application ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.application_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_record ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.cert_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.certificate ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connection_test ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.contract ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.esia_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.esia_registration ENABLE ROW LEVEL SECURITY;

ALTER TABLE public."extract" ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.extract_decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.extract_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.extract_row ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.file_reading ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.licence ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.org_address ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.org_bank_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.org_change ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.org_head ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.organisation ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.owner ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.owner_check ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.owner_word ENABLE ROW LEVEL SECURITY;

CREATE POLICY partner_only ON public.accounting_document USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.accounting_file USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.active_certificate USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.active_certificate_event USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.application USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.application_event USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.audit_record USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.cert_request USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.certificate USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.connection_test USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.contract USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.esia_account USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.esia_registration USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public."extract" USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.extract_decision USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.extract_request USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.extract_row USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.file_reading USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.licence USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.notice USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.org_address USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.org_bank_account USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.org_change USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.org_head USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.organisation USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.owner USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.owner_check USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.owner_word USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.passport USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.personal_view USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.ready_certificate USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.ready_certificate_event USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.register_follow USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.register_task USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.revocation USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.revocation_event USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.service USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.shipment USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.shipment_line USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.stored_file USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

CREATE POLICY partner_only ON public.token_operation USING ((partner_id = public.app_partner())) WITH CHECK ((partner_id = public.app_partner()));

ALTER TABLE public.passport ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.personal_view ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ready_certificate ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ready_certificate_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.register_follow ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.register_task ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.revocation ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.revocation_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.shipment ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.shipment_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.stored_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.token_operation ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounting_document TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.accounting_document_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounting_file TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.active_certificate TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.active_certificate_event TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.active_certificate_event_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.application TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.application_event TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.application_event_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.application_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.application_number TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.audit_head TO console_app;

GRANT SELECT,INSERT ON TABLE public.audit_record TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bun_migration_locks TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.bun_migration_locks_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bun_migrations TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.bun_migrations_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.centre TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.centre_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cert_request TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.cert_request_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.certificate TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.certificate_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connection_test TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.connection_test_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contract TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.contract_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.employee TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.employee_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.esia_account TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.esia_account_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.esia_registration TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.esia_registration_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_answer TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_file TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.exchange_file_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_file_part TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_former_id TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_line TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_message TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.exchange_message_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_said TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_wire TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public."extract" TO console_app;

GRANT SELECT,INSERT ON TABLE public.extract_decision TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.extract_decision_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.extract_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.extract_request TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.extract_request_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.extract_row TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.file_reading TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_house TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_import TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_link TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_load_house TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_load_link TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_load_object TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_load_param TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_load_registry TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_load_type TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_loading TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_object TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_param TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_registry TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_rest TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_type TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gar_word TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.licence TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.licence_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notice TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.notice_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.org_address TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.org_address_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.org_bank_account TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.org_bank_account_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.org_change TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.org_change_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.org_head TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.org_head_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.org_search TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.org_word TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organisation TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.organisation_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.owner TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.owner_check TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.owner_check_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.owner_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.owner_word TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.partner TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.partner_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passport TO console_app;

GRANT SELECT,INSERT ON TABLE public.personal_view TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.personal_view_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.product TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.product_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ready_certificate TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ready_certificate_event TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.ready_certificate_event_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.ready_certificate_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.register_follow TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.register_task TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.register_task_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_bucket TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_change TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.registry_change_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_doc TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_hotprefix TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_hotregion TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_import TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_index TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_near TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_org TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_pair TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_pending TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_posting TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_prefix TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_reject TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_tail TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.registry_word TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.revocation TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.revocation_answer TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.revocation_event TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.revocation_event_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.revocation_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_job TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.river_job_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_leader TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_migration TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_notification TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.river_notification_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.river_queue TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.role TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.role_permission TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.seen_key TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.service_id_seq TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.service_number TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shipment TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.shipment_id_seq TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shipment_line TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_failure TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.stored_file TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.token_operation TO console_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.workstation TO console_app;

GRANT SELECT,USAGE ON SEQUENCE public.workstation_id_seq TO console_app;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES  TO console_app;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES  TO console_app;
