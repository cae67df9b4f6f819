-- Fewer lines are looked at when one word has to be answered, and of each no more than
-- the answer asks for: the heads only when the names do not have the words.
CREATE OR REPLACE FUNCTION registry_inside(w text) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT rw.id FROM (
      SELECT t.words FROM registry_tail t
      WHERE t.first >= COALESCE((SELECT b.first FROM registry_tail b WHERE b.first < w ORDER BY b.first DESC LIMIT 1), '') AND t.first < w || U&'\+10FFFF'
      ORDER BY t.first LIMIT 2) f, unnest(f.words) x JOIN registry_word rw ON rw.id = x
    WHERE strpos(substr(rw.word, 2), w) > 0 LIMIT 64);
END $$;
--bun:split
CREATE OR REPLACE FUNCTION registry_rank(got int[], numb text, said text, w text[], inside boolean, f registry_filter, most int, OUT ords int[], OUT ranks int[])
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
