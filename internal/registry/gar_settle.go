package registry

import "fmt"

// garBetter orders the links of one object: the one in force first, of the
// administrative division first, the latest first.
const garBetter = `active DESC, mun, updated DESC, id DESC`

// garSettled asks, for rows of objects, what the hierarchy makes of them: id,
// alive, region, parent, town, path, inside. objects, links and registry are the
// tables to look into, from are rows of objects.
func garSettled(from, objects, links, registry string) string {
	return fmt.Sprintf(`
	WITH best AS MATERIALIZED (
		SELECT DISTINCT ON (objectid) objectid, region, parent, string_to_array(path, '.')::bigint[] AS path FROM %[3]s
		WHERE objectid IN (SELECT objectid FROM %[1]s) AND path <> '' ORDER BY objectid, %[5]s
	), step AS (
		SELECT b.objectid, p.n, p.up FROM best b, unnest(b.path[:cardinality(b.path) - 1]) WITH ORDINALITY AS p (up, n)
	), named AS (
		SELECT DISTINCT ON (objectid) objectid, norm, place AND level <= 6 AS town FROM %[2]s
		WHERE objectid IN (SELECT up FROM step) ORDER BY objectid, current DESC, updated DESC, id DESC
	), around AS (
		SELECT s.objectid, string_agg(' ' || a.norm, '' ORDER BY s.n) AS inside, (array_agg(s.up ORDER BY s.n DESC) FILTER (WHERE a.town))[1] AS town
		FROM step s JOIN named a ON a.objectid = s.up GROUP BY s.objectid
	)
	SELECT f.id, f.current AND NOT EXISTS (SELECT FROM %[4]s r WHERE r.objectid = f.objectid AND NOT r.active) AS alive,
		NULLIF(b.region, '') AS region, NULLIF(b.parent, 0) AS parent, a.town, b.path, COALESCE(a.inside, '') AS inside
	FROM %[1]s f LEFT JOIN best b ON b.objectid = f.objectid LEFT JOIN around a ON a.objectid = f.objectid`,
		from, objects, links, registry, garBetter)
}

// garWordsOf asks for the words of objects: those of settlements all over the
// country, and of what lies in them, in each of them.
func garWordsOf(from, objects string) string {
	return fmt.Sprintf(`
	SELECT 0::bigint AS scope, w AS word, o.id FROM %[1]s o, unnest(string_to_array(o.norm, ' ')) w WHERE o.place AND w <> ''
	UNION
	SELECT p.up, w, o.id FROM %[1]s o, unnest(o.path[:cardinality(o.path) - 1]) AS p (up), unnest(string_to_array(o.norm, ' ')) w
	WHERE o.level >= 7 AND w <> '' AND p.up IN (SELECT objectid FROM %[2]s WHERE place)`, from, objects)
}

// garRestsOf asks for what is left of words of four letters and more without one
// letter, and for the words themselves.
func garRestsOf(words string) string {
	return fmt.Sprintf(`
	SELECT DISTINCT CASE n WHEN 0 THEN word ELSE left(word, n - 1) || substr(word, n + 1) END AS rest, word
	FROM (SELECT DISTINCT word FROM %s WHERE length(word) BETWEEN 4 AND 30) w, generate_series(0, length(word)) n`, words)
}

// garLinked asks for rows of links: of a house only its parent is kept, the
// nearest object of the levels to 8; a plot of land between them is passed over.
// more are further columns.
func garLinked(from, objects, houses, more string) string {
	return fmt.Sprintf(`
	SELECT s.id, s.mun, s.objectid, s.region,
		CASE WHEN o.is OR p.is THEN s.parent ELSE COALESCE((
			SELECT u.up FROM unnest(string_to_array(s.path, '.')::bigint[]) WITH ORDINALITY AS u (up, n)
			WHERE u.up <> s.objectid AND EXISTS (SELECT FROM %[2]s k WHERE k.objectid = u.up) ORDER BY u.n DESC LIMIT 1), s.parent) END AS parent,
		CASE WHEN o.is THEN s.path ELSE '' END AS path, s.active, s.updated%[4]s
	FROM %[1]s s
	LEFT JOIN (SELECT DISTINCT objectid, true AS is FROM %[2]s x) o ON o.objectid = s.objectid
	LEFT JOIN (SELECT DISTINCT objectid, true AS is FROM %[2]s x) p ON p.objectid = s.parent
	WHERE o.is OR s.objectid IN (SELECT objectid FROM %[3]s x)`, from, objects, houses, more)
}
