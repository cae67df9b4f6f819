package registry

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// rebuild makes the register anew, of what there is and what was loaded, beside
// the tables in use, and lets it take their place.
func (im *garImporter) rebuild(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, garTypeTable.merge("")); err != nil {
		return err
	}
	from := map[string]string{}
	for _, t := range garTables {
		if _, err := tx.Exec(ctx, "ANALYZE gar_load_"+t.name); err != nil {
			return err
		}
		var err error
		if from[t.name], err = t.newest(ctx, tx); err != nil {
			return err
		}
	}
	const objects, houses = "gar_step_object", "gar_step_house"
	known := fmt.Sprintf(` WHERE objectid IN (SELECT objectid FROM %s UNION ALL SELECT objectid FROM %s)`, objects, houses)
	steps := []string{
		`CREATE UNLOGGED TABLE gar_step_object AS SELECT * FROM ` + from["object"] + ` a`,
		`ANALYZE gar_step_object`, `CREATE INDEX ON gar_step_object (objectid)`,
		`CREATE UNLOGGED TABLE gar_step_house AS SELECT * FROM ` + from["house"] + ` a`,
		`ANALYZE gar_step_house`,
		`CREATE TABLE gar_new_registry AS SELECT * FROM ` + from["registry"] + ` a` + known,
		`CREATE TABLE gar_new_param AS SELECT * FROM ` + from["param"] + ` a` + known,
		`CREATE TABLE gar_new_link AS ` + garLinked(from["link"], objects, houses, ""),
		`ANALYZE gar_new_registry`, `ANALYZE gar_new_link`,
		`CREATE UNLOGGED TABLE gar_step_settled AS ` + garSettled(objects, objects, "gar_new_link", "gar_new_registry"),
		`ANALYZE gar_step_settled`,
		`CREATE TABLE gar_new_object AS SELECT o.*, s.alive, s.region, s.parent, s.town, s.path, s.inside FROM gar_step_object o JOIN gar_step_settled s ON s.id = o.id`,
		`CREATE TABLE gar_new_house AS
			SELECT h.*, h.current AND r.objectid IS NULL AS alive, NULLIF(b.parent, 0) AS parent FROM gar_step_house h
			LEFT JOIN (SELECT DISTINCT ON (objectid) objectid, parent FROM gar_new_link WHERE path = '' ORDER BY objectid, ` + garBetter + `) b ON b.objectid = h.objectid
			LEFT JOIN gar_new_registry r ON r.objectid = h.objectid AND NOT r.active
			ORDER BY b.parent, h.norm`, // so that the houses of a street lie side by side
		`CREATE TABLE gar_new_word AS ` + garWordsOf("gar_new_object", "gar_new_object"),
		`CREATE TABLE gar_new_rest AS ` + garRestsOf("gar_new_word"),
		`DROP TABLE gar_step_object, gar_step_house, gar_step_settled`,
	}
	var swaps []string
	for _, name := range []string{"object", "house", "link", "param", "registry", "word", "rest"} {
		build, swap, err := indexesOf(ctx, tx, name)
		if err != nil {
			return err
		}
		steps, swaps = append(steps, build...), append(swaps, swap...)
	}
	if err := im.run(ctx, tx, steps); err != nil {
		return err
	}
	if err := lockGAR(ctx, tx, `gar_object, gar_house, gar_link, gar_param, gar_registry, gar_word, gar_rest`); err != nil {
		return err
	}
	for _, sql := range swaps {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM gar_load_object) + (SELECT count(*) FROM gar_load_house) + (SELECT count(*) FROM gar_load_link)
		+ (SELECT count(*) FROM gar_load_param) + (SELECT count(*) FROM gar_load_registry)`).Scan(&im.report.Written)
}

// newest asks for the newest row of each key among those loaded and those there
// are; of one day, what was loaded later. The sort is spared when no key occurs
// twice, as in a full copy taken into an empty register.
func (t garTable) newest(ctx context.Context, tx pgx.Tx) (string, error) {
	var empty, twice bool
	if err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT NOT EXISTS (SELECT FROM gar_%[1]s), EXISTS (SELECT FROM gar_load_%[1]s GROUP BY %[2]s HAVING count(*) > 1)`,
		t.name, t.key)).Scan(&empty, &twice); err != nil {
		return "", err
	}
	if empty && !twice {
		return fmt.Sprintf(`(SELECT %s FROM gar_load_%s)`, t.columns, t.name), nil
	}
	return fmt.Sprintf(`(SELECT DISTINCT ON (%[1]s) %[2]s FROM (
			SELECT %[2]s, turn FROM gar_load_%[3]s UNION ALL SELECT %[2]s, -1 FROM gar_%[3]s) u
		ORDER BY %[1]s, updated DESC, turn DESC)`, t.key, t.columns, t.name), nil
}
