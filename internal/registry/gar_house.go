package registry

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// Houses finds houses of a street, or of a settlement without streets, by the
// beginning of the number, however its parts are written: «12к1», «д. 12 корп. 1»
// and «12/1» find all that is 12 and 1; the kind of part that was typed comes first.
func Houses(ctx context.Context, d *db.DB, street, query string, limit int) ([]GARHit, error) {
	id, err := garID(ctx, d, street)
	if err != nil || id == 0 {
		return nil, err
	}
	if letters := []rune(query); len(letters) > 60 {
		query = string(letters[:60])
	}
	var hits []GARHit
	err = garRead(ctx, d, func(ctx context.Context, tx bun.IDB) (err error) {
		number := garNumberNorm(query)
		if hits, err = garHouses(ctx, tx, id, number); err != nil || len(hits) > 0 {
			return err
		}
		if i := strings.LastIndexByte(number, ' '); i > 0 && garPartKinds[number[i+1:]] != "" { // 12к: the part is yet to come
			hits, err = garHouses(ctx, tx, id, number[:i])
		}
		return err
	})
	kinds := garPartsTyped(query)
	slices.SortStableFunc(hits, func(a, b GARHit) int {
		switch x, y := kinds.in(a.Name), kinds.in(b.Name); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return hits[:min(len(hits), limit)], err
}

func garHouses(ctx context.Context, tx bun.IDB, parent int64, number string) (hits []GARHit, err error) {
	var list []struct {
		Objectid int64
		GUID     string
		Name     string
		Alive    bool
	}
	if err := tx.NewRaw(housesOf, parent, number, after(number), number).Scan(ctx, &list); err != nil {
		return nil, err
	}
	for _, h := range list {
		hit := GARHit{GUID: h.GUID, Level: 10, Name: h.Name, Archived: !h.Alive, objectid: h.Objectid}
		if !slices.ContainsFunc(hits, func(o GARHit) bool { return o.GUID == hit.GUID && o.Name == hit.Name }) {
			hits = append(hits, hit)
		}
	}
	return hits, nil
}

// housesOf ranks: the living, the whole number, numbers of fewer digits.
const housesOf = `SELECT ` + houseColumns + ` FROM (
		SELECT * FROM (SELECT * FROM gar_house WHERE parent = ? AND norm >= ? AND norm < ? ORDER BY norm LIMIT 500) f
		ORDER BY alive DESC, norm = ? DESC, length(substring(norm FROM '^[0-9]*')), norm LIMIT 60) h ` + houseTypes + `
	ORDER BY h.alive DESC, length(substring(h.norm FROM '^[0-9]*')), h.norm`

// A house's number with the kinds of its parts; the kinds of parts that the
// register has not been read for are written as they are known.
const (
	houseColumns = `h.objectid, h.guid, concat_ws(' ',
		NULLIF(concat_ws(' ', CASE WHEN h.num <> '' THEN COALESCE(NULLIF(t.short, ''), 'д.') END, NULLIF(h.num, '')), ''),
		CASE WHEN h.num1 <> '' THEN COALESCE(NULLIF(t1.short, ''), CASE h.type1 WHEN 2 THEN 'стр.' WHEN 3 THEN 'соор.' WHEN 4 THEN 'лит.' ELSE 'к.' END) END, NULLIF(h.num1, ''),
		CASE WHEN h.num2 <> '' THEN COALESCE(NULLIF(t2.short, ''), CASE h.type2 WHEN 1 THEN 'к.' WHEN 3 THEN 'соор.' WHEN 4 THEN 'лит.' ELSE 'стр.' END) END, NULLIF(h.num2, '')) AS name,
		h.alive`
	houseTypes = `LEFT JOIN gar_type t ON t.kind = 'house' AND t.id = h.type
		LEFT JOIN gar_type t1 ON t1.kind = 'part' AND t1.id = h.type1
		LEFT JOIN gar_type t2 ON t2.kind = 'part' AND t2.id = h.type2`
)

// garParts are kinds of parts of a house with their numbers, as the register
// writes them: «к. 1».
type garParts []string

func garPartsTyped(query string) (parts garParts) {
	list := strings.FieldsFunc(garSplitNumber(query), func(r rune) bool { return r == ' ' })
	for i, word := range list[:max(len(list)-1, 0)] {
		if kind := garPartKinds[word]; kind != "" && kind != "д." {
			parts = append(parts, " "+strings.ToUpper(kind)+" "+list[i+1])
		}
	}
	return parts
}

func (p garParts) in(name string) bool {
	for _, part := range p {
		if !strings.Contains(strings.ToUpper(name)+" ", part+" ") {
			return false
		}
	}
	return true
}
