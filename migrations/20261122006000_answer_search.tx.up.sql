-- The answer to a search of the register in one statement. Lists of the search
-- tables hold lines in ascending order, the most relevant first, so the beginning of
-- a list is the best of it; every step reads a fixed number of them by index. The
-- settings fixed with registry_search leave the planner nothing else, whatever the
-- statistics say.

-- What narrows a search; empty means anything.
CREATE TYPE registry_filter AS (
  regions text[],   -- two digits each
  live    boolean,  -- only what is not closed
  kind    text,     -- org, ip
  forms   text[],   -- LIKE patterns of codes of ОКОПФ
  okved   text,     -- LIKE pattern of the main activity
  home    text      -- no filter: this region's lines come first among equals
);
--bun:split
-- The words spelt so or, begun, that begin so: in names and, with @, in heads' names.
-- Of more than 64 words with one beginning, more is true and lists holds its best lines.
CREATE FUNCTION registry_spelt(w text, begun boolean, OUT ids int[], OUT hot int[], OUT total bigint, OUT more boolean, OUT lists int[])
LANGUAGE plpgsql STABLE AS $$
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
--bun:split
-- At most 64 words of names that have these letters behind their first one.
CREATE FUNCTION registry_inside(w text) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT rw.id FROM (
      SELECT t.words FROM registry_tail t
      WHERE t.first >= COALESCE((SELECT b.first FROM registry_tail b WHERE b.first < w ORDER BY b.first DESC LIMIT 1), '') AND t.first < w || U&'\+10FFFF'
      ORDER BY t.first LIMIT 2) f, unnest(f.words) x JOIN registry_word rw ON rw.id = x
    WHERE strpos(substr(rw.word, 2), w) > 0 LIMIT 64);
END $$;
--bun:split
-- The best n lines that have any of the words.
CREATE FUNCTION registry_lines(ids int[], n int) RETURNS int[]
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
-- The best n lines that have a word of a and a word of b: rows of both lists that
-- overlap are cut with each other, at most 400 such pairs of rows.
CREATE FUNCTION registry_both(a int[], b int[], n int) RETURNS int[]
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
-- Lines that may have all the words; which do is seen on the lines themselves. modes
-- has a letter for each word: e is spelt so, b begins so, i has it inside.
CREATE FUNCTION registry_gather(w text[], modes text, regions text[], n int) RETURNS int[]
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
-- Does the dictionary know words that begin like all of these? 2: it knows them whole.
CREATE FUNCTION registry_knows(slot text) RETURNS int
LANGUAGE plpgsql STABLE AS $$
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
--bun:split
-- Which spelling of each slot is meant, the typed one or the one of the other keyboard
-- layout (null: there is none; empty: a legal form, which counts for nothing).
CREATE FUNCTION registry_layout(typed text[], other text[]) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
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
--bun:split
-- The best of the lines that pass the filter and answer the query, each with its place
-- in the ranking: 1 number, 2 its beginning, 3 name, 4 its beginning, 5 all words, 6 the last one
-- begun, 7 some in a head's name, 8 beginnings of all, 9 inside a word; 0 without a query.
CREATE FUNCTION registry_rank(got int[], numb text, said text, w text[], inside boolean, f registry_filter, most int, OUT ords int[], OUT ranks int[])
LANGUAGE plpgsql STABLE AS $$
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
--bun:split
-- Answers a query: a number (or ''), and slots of words, each in both layouts. The first
-- row says how the words were understood and whether lines were left unseen that the
-- filter might have let through; then come hits, the best first. It begins with the
-- gate of registry_index, behind which new tables are put in place.
CREATE FUNCTION registry_search(numb text, typed text[], other text[], f registry_filter, most int)
RETURNS TABLE (rank int, ogrn text, inn text, kpp text, name text, region text, state text, head text, place text, cut boolean)
LANGUAGE plpgsql STABLE ROWS 20
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off SET enable_material = off
SET plan_cache_mode = force_generic_plan AS $$
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
--bun:split
-- Words of the dictionary that may be meant by misspelt ones: those with a hash in
-- common, those that begin so and those that have these letters inside; Go says which
-- are near enough.
CREATE FUNCTION registry_alike(hashes int[], begins text[], insides text[]) RETURNS TABLE (word text, df int)
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
