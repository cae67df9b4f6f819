package registry

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// merge takes a few changes over in place: their rows, and what the hierarchy
// makes of the objects they touch and of those that lie in renamed ones.
func (im *garImporter) merge(ctx context.Context, tx pgx.Tx) error {
	steps := []string{
		`SET LOCAL random_page_cost = 1.1`, // few rows are found by indexes, not by reading all
		`CREATE TEMP TABLE gar_touched ON COMMIT DROP AS
			SELECT objectid FROM gar_load_object UNION SELECT objectid FROM gar_load_house UNION SELECT objectid FROM gar_load_link UNION SELECT objectid FROM gar_load_registry`,
		`CREATE TEMP TABLE gar_was ON COMMIT DROP AS ` + garPresent, // the names there were
		`ANALYZE gar_touched`, `ANALYZE gar_was`,
	}
	for _, t := range garTables {
		steps = append(steps, "ANALYZE gar_load_"+t.name)
	}
	if err := im.run(ctx, tx, steps); err != nil {
		return err
	}
	for _, t := range garTables {
		from := ""
		switch {
		case t.name == "link":
			from = `(` + garLinked("gar_load_link", garLoadedOf("gar_object"), garLoadedOf("gar_house"), ", s.turn") + `) s`
		case t.known:
			from = `(SELECT s.* FROM gar_load_` + t.name + ` s WHERE COALESCE(
				(SELECT true FROM gar_object o WHERE o.objectid = s.objectid LIMIT 1), (SELECT true FROM gar_house h WHERE h.objectid = s.objectid LIMIT 1), false)) s`
		}
		tag, err := tx.Exec(ctx, t.merge(from))
		if err != nil {
			return fmt.Errorf("merge %s: %w", t.name, err)
		}
		im.report.Written += tag.RowsAffected()
	}
	return im.run(ctx, tx, []string{
		// What lies in an object that has another name now has other words around it.
		`INSERT INTO gar_touched
			WITH RECURSIVE below AS (
				(SELECT objectid FROM ((` + garPresent + `) EXCEPT SELECT * FROM gar_was) n)
				UNION SELECT o.objectid FROM below b JOIN gar_object o ON o.parent = b.objectid)
			SELECT objectid FROM below EXCEPT SELECT objectid FROM gar_touched`,
		`CREATE TEMP TABLE gar_touched_object ON COMMIT DROP AS SELECT o.* FROM gar_touched t JOIN gar_object o ON o.objectid = t.objectid`,
		`ANALYZE gar_touched; ANALYZE gar_touched_object`,
		`UPDATE gar_object o SET alive = s.alive, region = s.region, parent = s.parent, town = s.town, path = s.path, inside = s.inside
			FROM (` + garSettled("gar_touched_object", "gar_object", "gar_link", "gar_registry") + `) s
			WHERE s.id = o.id AND (o.alive, o.region, o.parent, o.town, o.path, o.inside) IS DISTINCT FROM (s.alive, s.region, s.parent, s.town, s.path, s.inside)`,
		`UPDATE gar_house h SET alive = s.alive, parent = s.parent FROM (
				SELECT h.id, NULLIF(b.parent, 0) AS parent, h.current AND NOT EXISTS (SELECT FROM gar_registry r WHERE r.objectid = h.objectid AND NOT r.active) AS alive
				FROM gar_touched t JOIN gar_house h ON h.objectid = t.objectid
				LEFT JOIN LATERAL (SELECT parent FROM gar_link l WHERE l.objectid = t.objectid ORDER BY ` + garBetter + ` LIMIT 1) b ON true) s
			WHERE s.id = h.id AND (h.alive, h.parent) IS DISTINCT FROM (s.alive, s.parent)`,
		`DELETE FROM gar_word WHERE id IN (SELECT id FROM gar_touched_object)`,
		`CREATE TEMP TABLE gar_touched_word ON COMMIT DROP AS ` + garWordsOf("(SELECT o.* FROM gar_touched_object t JOIN gar_object o ON o.id = t.id)", "gar_object"),
		`INSERT INTO gar_word SELECT * FROM gar_touched_word`,
		`INSERT INTO gar_rest ` + garRestsOf("gar_touched_word") + ` ON CONFLICT DO NOTHING`,
	})
}

// garLoadedOf are those objects of a table that loaded links name.
func garLoadedOf(table string) string {
	return `(SELECT objectid FROM ` + table + ` WHERE objectid IN (SELECT objectid FROM gar_load_link UNION SELECT parent FROM gar_load_link UNION
		SELECT up FROM gar_load_link l, unnest(string_to_array(l.path, '.')::bigint[]) up))`
}

// garPresent asks for the present names of the objects loaded.
const garPresent = `SELECT DISTINCT ON (objectid) objectid, norm FROM gar_object WHERE objectid IN (SELECT objectid FROM gar_load_object)
	ORDER BY objectid, current DESC, updated DESC, id DESC`

// merge writes the newest of the rows of each key, unless a newer one is there.
// from are the rows; all that were loaded if it is empty.
func (t garTable) merge(from string) string {
	if from == "" {
		from = "gar_load_" + t.name + " s"
	}
	var set []string
	for _, c := range strings.Split(t.columns, ", ") {
		if !strings.Contains(", "+t.key+",", " "+c+",") {
			set = append(set, c+" = excluded."+c)
		}
	}
	return fmt.Sprintf(`INSERT INTO gar_%[1]s AS known (%[2]s)
		SELECT DISTINCT ON (%[3]s) %[2]s FROM %[4]s ORDER BY %[3]s, updated DESC, turn DESC
		ON CONFLICT (%[3]s) DO UPDATE SET %[5]s WHERE known.updated <= excluded.updated`,
		t.name, t.columns, t.key, from, strings.Join(set, ", "))
}
