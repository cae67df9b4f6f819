package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// GARHit is one line offered to who types an address.
type GARHit struct {
	GUID     string
	Level    int    // 1–8 as the register counts, 10 a house
	Name     string // with its kind: «г Братск», «д. 12 к. 1»
	Where    string // what it lies in, for a settlement
	Archived bool   // a former name, or an object that is no more
	Now      string // of a former name: the present one
	objectid int64
	path     []int64
}

// garLook bounds the rows a step of the search ranks.
const garLook = 500

// Places finds settlements, and districts of cities, by the beginning of the
// name typed without its kind; a word inside the name will do, further words
// name what it lies in («Ивановка Омская») or, after a city, its district
// («Братск Центральный»). Archived names come last.
func Places(ctx context.Context, d *db.DB, query string, limit int) ([]GARHit, error) {
	return garSearch(ctx, d, query, limit, func(q string) []garStep {
		if q = garBare(q); q == "" {
			return nil
		}
		steps := []garStep{
			{where: "place AND level <= 5 AND norm >= ? AND norm < ?", args: []any{q, after(q)}},
			{where: "place AND norm >= ? AND norm < ?", args: []any{q, after(q)}},
		}
		for i := strings.LastIndexByte(q, ' '); i > 0; i = strings.LastIndexByte(q[:i], ' ') {
			head, rest := q[:i], q[i+1:]
			steps = append(steps,
				garStep{where: "place AND norm = ?", args: []any{head}, inside: strings.Fields(rest)},
				garStep{sql: garDistrictsOf, args: []any{head, rest, after(rest)}},
			)
		}
		if len([]rune(q)) >= 3 {
			steps = append(steps, garStep{where: "place AND norm LIKE ?", args: []any{"% " + q + "%"}})
		}
		return steps
	})
}

// garDistrictsOf finds districts of the settlements that have a name.
const garDistrictsOf = `SELECT c.* FROM (SELECT DISTINCT objectid FROM gar_object WHERE place AND level <= 6 AND norm = ? LIMIT 20) t
	JOIN LATERAL (SELECT * FROM gar_object WHERE town = t.objectid AND norm >= ? AND norm < ? AND place LIMIT 50) c ON true`

// Streets finds streets of a settlement or of its district by the beginning of
// the name or of a word in it.
func Streets(ctx context.Context, d *db.DB, place, query string, limit int) ([]GARHit, error) {
	id, err := garID(ctx, d, place)
	if err != nil || id == 0 {
		return nil, err
	}
	return garSearch(ctx, d, query, limit, func(q string) []garStep {
		q = garBare(q)
		var steps []garStep
		for _, around := range []string{"town", "parent"} {
			steps = append(steps, garStep{where: around + " = ? AND level >= 7 AND norm >= ? AND norm < ?", args: []any{id, q, after(q)}})
		}
		for _, around := range []string{"town", "parent"} {
			steps = append(steps, garStep{where: around + " = ? AND level >= 7 AND norm LIKE ?", args: []any{id, "% " + q + "%"}})
		}
		return steps
	})
}

// Houses finds houses of a street, or of a settlement without streets, by the
// beginning of the number.
func Houses(ctx context.Context, d *db.DB, street, query string, limit int) ([]GARHit, error) {
	id, err := garID(ctx, d, street)
	if err != nil || id == 0 {
		return nil, err
	}
	var hits []GARHit
	q := garNorm(query)
	err = garRead(ctx, d, func(ctx context.Context, tx bun.IDB) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+houseColumns+` FROM (SELECT * FROM gar_house WHERE parent = ? AND norm >= ? AND norm < ? ORDER BY norm LIMIT 1000) h `+houseTypes+`
			ORDER BY h.current DESC, length(substring(h.norm FROM '^[0-9]*')), h.norm LIMIT ?`, id, q, after(q), limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			h := GARHit{Level: 10}
			var current bool
			if err := rows.Scan(&h.objectid, &h.GUID, &h.Name, &current); err != nil {
				return err
			}
			h.Archived = !current
			hits = append(hits, h)
		}
		return rows.Err()
	})
	return hits, err
}

// A house's number with the kinds of its parts; the kinds of parts that the
// register has not been read for are written as they are known.
const (
	houseColumns = `h.objectid, h.guid, concat_ws(' ',
		NULLIF(concat_ws(' ', CASE WHEN h.num <> '' THEN COALESCE(NULLIF(t.short, ''), 'д.') END, NULLIF(h.num, '')), ''),
		CASE WHEN h.num1 <> '' THEN COALESCE(NULLIF(t1.short, ''), CASE h.type1 WHEN 2 THEN 'стр.' WHEN 3 THEN 'соор.' WHEN 4 THEN 'лит.' ELSE 'к.' END) END, NULLIF(h.num1, ''),
		CASE WHEN h.num2 <> '' THEN COALESCE(NULLIF(t2.short, ''), CASE h.type2 WHEN 1 THEN 'к.' WHEN 3 THEN 'соор.' WHEN 4 THEN 'лит.' ELSE 'стр.' END) END, NULLIF(h.num2, '')) AS name,
		h.current AND NOT EXISTS (SELECT FROM gar_registry r WHERE r.objectid = h.objectid AND NOT r.active) AS current`
	houseTypes = `LEFT JOIN gar_type t ON t.kind = 'house' AND t.id = h.type
		LEFT JOIN gar_type t1 ON t1.kind = 'part' AND t1.id = h.type1
		LEFT JOIN gar_type t2 ON t2.kind = 'part' AND t2.id = h.type2`
)

// garStep is one way of finding: a condition on gar_object, or a query of its
// own; inside are beginnings of words in what the object lies in.
type garStep struct {
	where, sql string
	args       []any
	inside     []string
}

// garRead bounds what it reads in time, and by indexes.
func garRead(ctx context.Context, d *db.DB, fn func(context.Context, bun.IDB) error) error {
	err := d.Read(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d; SET LOCAL enable_seqscan = off", SearchTime.Milliseconds())); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
	if timedOut(err) {
		return nil // what was found until then
	}
	return err
}

func garSearch(ctx context.Context, d *db.DB, query string, limit int, plan func(q string) []garStep) ([]GARHit, error) {
	var hits []GARHit
	err := garRead(ctx, d, func(ctx context.Context, tx bun.IDB) error {
		seen := map[string]bool{}
		for _, typed := range []string{query, SwapLayout(query)} {
			q := garNorm(typed)
			if letters := []rune(q); len(letters) > 100 {
				q = string(letters[:100])
			}
			for _, st := range plan(q) {
				if len(hits) >= limit {
					break
				}
				found, err := st.run(ctx, tx, q, limit)
				if err != nil {
					return err
				}
				for _, h := range found {
					if key := h.GUID + h.Name; !seen[key] && len(hits) < limit {
						seen[key] = true
						hits = append(hits, h)
					}
				}
			}
			if len(hits) > 0 {
				break
			}
		}
		// what was found by several steps: the living before the archived
		slices.SortStableFunc(hits, func(a, b GARHit) int {
			switch {
			case a.Archived == b.Archived:
				return 0
			case a.Archived:
				return 1
			}
			return -1
		})
		return garWhere(ctx, tx, hits)
	})
	return hits, err
}

func (st garStep) run(ctx context.Context, tx bun.IDB, q string, limit int) ([]GARHit, error) {
	var list []struct {
		Objectid int64
		GUID     string
		Level    int
		Name     string
		Typename string
		Current  bool
		Path     []int64 `bun:",array"`
	}
	if len(st.inside) > 0 {
		limit = garLook
	}
	if err := tx.NewRaw(st.query()+` LIMIT ?`, append(slices.Clone(st.args), q, limit)...).Scan(ctx, &list); err != nil {
		return nil, err
	}
	var hits []GARHit
	for _, o := range list {
		hits = append(hits, GARHit{GUID: o.GUID, Level: o.Level, Name: garTitle(o.Name, o.Typename), Archived: !o.Current, objectid: o.Objectid, path: o.Path})
	}
	if len(st.inside) == 0 {
		return hits, nil
	}
	if err := garWhere(ctx, tx, hits); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(hits, func(h GARHit) bool {
		around := " " + garNorm(h.Where)
		return slices.ContainsFunc(st.inside, func(word string) bool { return !strings.Contains(around, " "+word) })
	}), nil
}

// query ranks: the whole name, the living, the larger.
func (st garStep) query() string {
	inner := st.sql
	if inner == "" {
		inner = fmt.Sprintf(`SELECT * FROM gar_object WHERE %s ORDER BY norm LIMIT %d`, st.where, garLook)
		if strings.Contains(st.where, "LIKE") || strings.Contains(st.where, "norm =") { // the order would have all of them read
			inner = fmt.Sprintf(`SELECT * FROM gar_object WHERE %s LIMIT %d`, st.where, garLook)
		}
	}
	return `SELECT objectid, guid, level, name, typename, current, path FROM (
		SELECT f.objectid, f.guid, f.level, f.name, f.typename, f.norm, f.path,
			f.current AND NOT EXISTS (SELECT FROM gar_registry r WHERE r.objectid = f.objectid AND NOT r.active) AS current
		FROM (` + inner + `) f) g ORDER BY norm = ? DESC, current DESC, level, length(norm), norm, objectid`
}

// garKindsTyped are kinds of settlements and streets that people type before
// the name though it is asked for without.
var garKindsTyped = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`Г ГОРОД С СЕЛО Д ДЕРЕВНЯ П ПОС ПОСЕЛОК ПГТ РП Х ХУТОР УЛ УЛИЦА ПЕР ПЕРЕУЛОК ПР ПРОСПЕКТ Ш ШОССЕ ПЛ ПЛОЩАДЬ НАБ НАБЕРЕЖНАЯ Б БУЛЬВАР`) {
		m[w] = true
	}
	return m
}()

func garBare(q string) string {
	if first, rest, ok := strings.Cut(q, " "); ok && garKindsTyped[first] {
		return rest
	}
	return q
}

// garTitle writes a name with its kind: regions and districts have it behind.
func garTitle(name, kind string) string {
	switch strings.TrimSuffix(kind, ".") {
	case "обл", "край", "р-н", "м.р-н", "АО", "Аобл", "м.о", "г.о", "вн.р-н", "жилрайон":
		return joinWords(name, kind)
	}
	return joinWords(kind, name)
}

// Value is what the hit becomes in a form: a district stands after its city.
func (h GARHit) Value() string {
	if city, _, _ := strings.Cut(h.Where, ","); h.Level == 7 && city != "" {
		return city + ", " + h.Name
	}
	return h.Name
}
