package registry

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// GARAddress is an object of the address register with all it lies in, each
// part with its kind.
type GARAddress struct {
	GUID       string
	Level      int // of the object itself; 10 a house
	Archived   bool
	RegionCode string // two digits
	Region     string
	District   string // of the administrative division
	Municipal  string // district or okrug of the municipal division
	Settlement string // сельское or городское поселение
	Place      string // city or settlement
	PlaceGUID  string
	Area       string // district of a city, planning structure
	AreaGUID   string
	Street     string
	StreetGUID string
	House      string
	Postcode   string // of the object, else of what it lies in
	OKATO      string
	OKTMO      string
}

// Line writes the address as people do.
func (a *GARAddress) Line() string {
	region := a.Region
	if region == a.Place { // a city that is a region
		region = ""
	}
	return joinLine(a.Postcode, region, a.District, a.Settlement, a.Place, a.Area, a.Street, a.House)
}

// GARKnown reports whether the address register has been taken in at all.
func GARKnown(ctx context.Context, d *db.DB) (known bool, err error) {
	err = d.Read(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM gar_object)`).Scan(&known)
	})
	return known, err
}

// GARNames reports whether the name, with or without its kind, is one the
// object has or had.
func GARNames(ctx context.Context, tx bun.IDB, guid, name string) (bool, error) {
	if !validGUID(guid) {
		return false, nil
	}
	var list []struct{ Name, Typename string }
	if err := tx.NewRaw(`SELECT name, typename FROM gar_object WHERE guid = ?`, guid).Scan(ctx, &list); err != nil {
		return false, err
	}
	for _, o := range list {
		if n := garNorm(name); n == garNorm(o.Name) || n == garNorm(garTitle(o.Name, o.Typename)) {
			return true, nil
		}
	}
	return false, nil
}

// FindGAR returns the address of an object; nil when the register has no such
// GUID, which is no error: an address may be newer than what was taken in.
func FindGAR(ctx context.Context, tx bun.IDB, guid string) (*GARAddress, error) {
	if guid = strings.ToLower(guid); !validGUID(guid) {
		return nil, nil //nolint:nilnil // see above
	}
	a := &GARAddress{GUID: guid}
	var row struct {
		Objectid, Parent int64
		Name             string
		Alive            bool
		GUID             string
		Region           string
		Path             []int64 `bun:",array"`
	}
	const objects = `SELECT objectid, objectid AS parent, COALESCE(region, '') AS region, path, alive FROM gar_object o WHERE o.%s = ? ORDER BY o.current DESC, o.updated DESC LIMIT 1`
	err := tx.NewRaw(fmt.Sprintf(objects, "guid"), guid).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		if err = tx.NewRaw(`SELECT `+houseColumns+`, COALESCE(h.parent, 0) AS parent FROM gar_house h `+houseTypes+`
			WHERE h.guid = ? ORDER BY h.current DESC, h.updated DESC LIMIT 1`, guid).Scan(ctx, &row); err == nil {
			house := row
			a.House, a.Level = row.Name, 10
			if err = tx.NewRaw(fmt.Sprintf(objects, "objectid"), row.Parent).Scan(ctx, &row); errors.Is(err, sql.ErrNoRows) {
				err = nil // the street has not been read
			}
			row.Objectid, row.Alive = house.Objectid, house.Alive
			row.Path = append(row.Path, house.Objectid)
		}
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // see above
	}
	if err != nil {
		return nil, err
	}
	a.RegionCode, a.Archived = row.Region, !row.Alive
	path := row.Path
	if len(path) == 0 {
		path = []int64{row.Objectid}
	}
	other, err := garMunicipal(ctx, tx, row.Parent)
	if err != nil {
		return nil, err
	}
	names, err := garNamed(ctx, tx, append(slices.Clone(path), other...))
	if err != nil {
		return nil, err
	}
	for _, id := range path {
		if o, ok := names[id]; ok {
			a.part(o)
		}
	}
	for _, id := range other {
		switch o := names[id]; o.Level {
		case 2, 3:
			a.Municipal = garTitle(o.Name, o.Typename)
		case 4:
			a.Settlement = first(a.Settlement, garTitle(o.Name, o.Typename))
		}
	}
	return a, a.params(ctx, tx, path)
}

// garMunicipal is the object's way through the municipal division.
func garMunicipal(ctx context.Context, tx bun.IDB, objectid int64) (path []int64, err error) {
	var found struct {
		Path []int64 `bun:",array"`
	}
	err = tx.NewRaw(`SELECT string_to_array(path, '.')::bigint[] AS path FROM gar_link WHERE objectid = ? AND mun AND active AND path <> ''
		ORDER BY updated DESC, id DESC LIMIT 1`, objectid).Scan(ctx, &found)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return found.Path, err
}

// part sets one step of the path.
func (a *GARAddress) part(o garNow) {
	title := garTitle(o.Name, o.Typename)
	if a.House == "" {
		a.Level = o.Level
	}
	if o.Place && o.Level == 1 {
		a.Place, a.PlaceGUID = title, o.GUID
	}
	switch o.Level {
	case 1:
		a.Region = title
	case 2, 3:
		a.District = title
	case 4:
		a.Settlement = title
	case 5, 6:
		a.Place, a.PlaceGUID = joinLine(a.Place, title), o.GUID
	case 7:
		a.Area, a.AreaGUID = joinLine(a.Area, title), o.GUID
	case 8:
		a.Street, a.StreetGUID = joinLine(a.Street, title), o.GUID
	}
}

// params takes what is in force from the object or the nearest that has it.
func (a *GARAddress) params(ctx context.Context, tx bun.IDB, path []int64) error {
	var list []struct {
		Objectid int64
		Type     int
		Value    string
	}
	err := tx.NewRaw(`SELECT DISTINCT ON (objectid, type) objectid, type, value FROM gar_param
		WHERE objectid IN (?) AND since <= current_date AND until > current_date ORDER BY objectid, type, since DESC, id DESC`, bun.List(path)).Scan(ctx, &list)
	if err != nil {
		return err
	}
	for _, id := range path { // the innermost last
		for _, p := range list {
			if p.Objectid != id {
				continue
			}
			switch p.Type {
			case garPostcode:
				a.Postcode = p.Value
			case garOKATO:
				a.OKATO = p.Value
			case garOKTMO:
				a.OKTMO = p.Value
			}
		}
	}
	return nil
}

// garNow is the present name of an object.
type garNow struct {
	Objectid int64
	GUID     string
	Level    int
	Name     string
	Typename string
	Place    bool
}

func garNamed(ctx context.Context, tx bun.IDB, ids []int64) (map[int64]garNow, error) {
	var list []garNow
	if len(ids) > 0 {
		if err := tx.NewRaw(`SELECT DISTINCT ON (objectid) objectid, guid, level, name, typename, place FROM gar_object
			WHERE objectid IN (?) ORDER BY objectid, current DESC, updated DESC, id DESC`, bun.List(ids)).Scan(ctx, &list); err != nil {
			return nil, err
		}
	}
	names := make(map[int64]garNow, len(list))
	for _, o := range list {
		names[o.Objectid] = o
	}
	return names, nil
}

// garWhere tells of each hit what it lies in, the nearest first, and of a
// former name the present one.
func garWhere(ctx context.Context, tx bun.IDB, hits []GARHit) error {
	var ids []int64
	for _, h := range hits {
		ids = append(append(ids, h.objectid), h.path...)
	}
	names, err := garNamed(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range hits {
		h := &hits[i]
		var around []string
		for j := len(h.path) - 2; j >= 0; j-- {
			if o, ok := names[h.path[j]]; ok {
				around = append(around, garTitle(o.Name, o.Typename))
			}
		}
		h.Where = joinLine(around...)
		if now, ok := names[h.objectid]; ok && h.Archived && garTitle(now.Name, now.Typename) != h.Name {
			h.Now = garTitle(now.Name, now.Typename)
		}
	}
	return nil
}

// garID is the object behind a GUID, 0 when there is none.
func garID(ctx context.Context, d *db.DB, guid string) (id int64, err error) {
	if guid = strings.ToLower(guid); !validGUID(guid) {
		return 0, nil
	}
	err = d.Read(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		return tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT objectid FROM gar_object WHERE guid = ? LIMIT 1), 0)`, guid).Scan(&id)
	})
	return id, err
}

// OpenGAR is FindGAR in a read of its own.
func OpenGAR(ctx context.Context, d *db.DB, guid string) (a *GARAddress, err error) {
	err = d.Read(ctx, 0, func(ctx context.Context, tx bun.IDB) (err error) {
		a, err = FindGAR(ctx, tx, guid)
		return err
	})
	return a, err
}
