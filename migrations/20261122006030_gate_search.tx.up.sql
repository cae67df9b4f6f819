-- Searches pass the gate of registry_index, behind which new tables are put in place;
-- pairs of words are bounded before they are looked for, not after; of names with one
-- beginning the most relevant ones come first however many there are; of no list more
-- lines are looked at than can be in a few milliseconds.
CREATE OR REPLACE FUNCTION registry_both(a int[], b int[], n int) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
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
--bun:split
CREATE OR REPLACE FUNCTION registry_lines(ids int[], n int) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF cardinality(ids) = 1 AND n <= 100 THEN
    RETURN COALESCE((SELECT p.ords[1:n] FROM registry_posting p WHERE p.word = ids[1] ORDER BY p.first LIMIT 1), '{}');
  END IF;
  RETURN ARRAY(SELECT DISTINCT o FROM unnest(ids) w,
    LATERAL (SELECT p.ords FROM registry_posting p WHERE p.word = w ORDER BY p.first LIMIT 1 + n / 1000) f, unnest(f.ords[1:n]) o
    ORDER BY o LIMIT n);
END $$;
--bun:split
CREATE OR REPLACE FUNCTION registry_gather(w text[], modes text, regions text[], n int) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
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
--bun:split
CREATE OR REPLACE FUNCTION registry_search(numb text, typed text[], other text[], f registry_filter, most int)
RETURNS TABLE (rank int, ogrn text, inn text, kpp text, name text, region text, state text, head text, place text, cut boolean)
LANGUAGE plpgsql STABLE ROWS 20
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off SET enable_material = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  said text;
  w text[];
  k int;
  filtered boolean := f.regions <> '{}' OR f.live OR f.kind <> '' OR f.forms <> '{}' OR f.okved <> '';
  n int := CASE WHEN filtered THEN 1000 ELSE 100 END; -- lines looked at of one list
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
          next := next || ARRAY(SELECT p.ord FROM (SELECT d.ord FROM registry_doc d WHERE d.norm > said AND d.norm < said || U&'\+10FFFF' ORDER BY d.norm LIMIT 2 * n) p ORDER BY 1 LIMIT n);
        END IF;
        IF k = 1 OR cardinality(next) < most OR filtered THEN -- ranked together with what has the words
          next := next | (registry_gather(w, repeat('e', k), f.regions, n) | registry_gather(w, repeat('e', k - 1) || 'b', f.regions, n))[1:CASE WHEN filtered THEN 2000 ELSE 200 END];
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
--bun:split
CREATE OR REPLACE FUNCTION registry_alike(hashes int[], begins text[], insides text[]) RETURNS TABLE (word text, df int)
LANGUAGE plpgsql STABLE ROWS 100
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off SET enable_material = off
SET plan_cache_mode = force_generic_plan AS $$
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
--bun:split
CREATE OR REPLACE FUNCTION org_find(partner bigint, numb text, spellings text[], ogrns text[], narrow registry_filter, show int) RETURNS bigint[]
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
